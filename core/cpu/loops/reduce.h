// Reductions over a Loop whose output (operand 0) has stride 0 along the reduced axes; reduce_block.h says what a
// reduction is. Blocks are merged pairwise, which keeps the rounding error small, and everything is cut by size: the
// order of the arithmetic does not depend on threads.
#pragma once
#include "tenon/core/cpu/loops/reduce_block.h"
#include "tenon/core/cpu/workspace.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace detail {

/// The loop's axes apart: those that are kept and those that are reduced, innermost first.
struct Split {
  int kept[Loop::max_axes], reduced[Loop::max_axes];
  int kept_count = 0, reduced_count = 0;
  int64_t kept_size = 1, reduced_size = 1;

  [[gnu::always_inline]] explicit Split(const Loop& loop) {
    for (int axis = 0; axis < loop.axes; ++axis) {
      if (loop.strides[0][axis] == 0 && loop.shape[axis] > 1) {
        reduced[reduced_count++] = axis;
        reduced_size *= loop.shape[axis];
      } else {
        kept[kept_count++] = axis;
        kept_size *= loop.shape[axis];
      }
    }
  }
};

/// The offset of element `index` counted over the given axes.
[[gnu::always_inline]] inline int64_t offset_of(const Loop& loop, int operand, const int* axes, int count,
                                                int64_t index) {
  int64_t offset = 0;
  for (int k = 0; k < count - 1; ++k) {
    offset += index % loop.shape[axes[k]] * loop.strides[operand][axes[k]];
    index /= loop.shape[axes[k]];
  }
  return count > 0 ? offset + index * loop.strides[operand][axes[count - 1]] : 0;
}

/// Walks the reduced elements of one output, or of a strip of neighbours: runs of `n` along the innermost reduced axis,
/// counted through from 0 to reduced_size.
template <class R, class In>
class Reduction {
 public:
  using Acc = typename R::Acc;

  Reduction(const Loop& loop, const Split& split)
      : loop_(loop),
        split_(split),
        n_(split.reduced_count ? loop.shape[split.reduced[0]] : 1),
        stride_(split.reduced_count ? loop.strides[1][split.reduced[0]] : 0) {}

  /// One output, from elements begin to end.
  [[gnu::noinline]] Acc one(const In* x, int64_t begin, int64_t end) const {
    if (const int64_t middle = cut(begin, end, 2048)) return R::merge(one(x, begin, middle), one(x, middle, end));
    if (n_ == split_.reduced_size) return reduce_block<R>(x + begin * stride_, end - begin, stride_);
    Acc acc{};
    runs(begin, end, [&](int64_t offset, int64_t count, bool first) {
      const Acc run = reduce_block<R>(x + offset, count, stride_);
      acc = first ? run : R::merge(acc, run);
    });
    return acc;
  }

  /// `width` outputs along the loop's axis 0, which is kept: reads run along it.
  [[gnu::noinline]] void strip(Acc* acc, int64_t width, const In* x, int64_t begin, int64_t end) const {
    Acc other[strip_width];
    const auto merge = [&] {
      for (int64_t k = 0; k < width; ++k) acc[k] = R::merge(acc[k], other[k]);
    };
    if (const int64_t middle = cut(begin, end, 64)) {
      strip(acc, width, x, begin, middle);
      strip(other, width, x, middle, end);
      return merge();
    }
    runs(begin, end, [&](int64_t offset, int64_t count, bool first) {
      reduce_rows<R>(first ? acc : other, width, x + offset, count, stride_, loop_.strides[1][0]);
      if (!first) merge();
    });
  }

 private:
  /// Where to cut begin..end in two, at the end of a run if runs are short; 0: it is one block.
  int64_t cut(int64_t begin, int64_t end, int64_t block) const {
    const int64_t length = end - begin;
    if (length <= block) return 0;
    const int64_t unit = n_ <= block ? n_ : 64;
    return begin + (length / 2 + unit - 1) / unit * unit;
  }

  template <class Run>
  [[gnu::always_inline]] void runs(int64_t begin, int64_t end, const Run& run) const {
    for (int64_t at = begin; at < end;) {
      const int64_t r = at / n_, i = at % n_, count = n_ - i < end - at ? n_ - i : end - at;
      const int64_t offset = offset_of(loop_, 1, split_.reduced + 1, split_.reduced_count - 1, r) + i * stride_;
      run(offset, count, at == begin);
      at += count;
    }
  }

  const Loop& loop_;
  const Split& split_;
  int64_t n_, stride_;
};

/// Pieces that the reduced elements of each task are cut into, where there are too few tasks to share out.
inline int64_t pieces_for(int64_t tasks, int64_t total, bool parallel) {
  constexpr int64_t enough = 16;
  if (!parallel || tasks >= enough) return 1;
  const int64_t wanted = (enough + tasks - 1) / tasks, possible = total / tasks / grain;
  return possible < 1 ? 1 : wanted < possible ? wanted : possible;
}

}  // namespace detail

template <class R, class Out, class In>
Status reduce_loop(const Loop& loop, const Launch& launch, const R& r = {}) {
  using Acc = typename R::Acc;
  Out* out = detail::operand<Out>(loop, 0);
  const In* x = detail::operand<In>(loop, 1);
  const detail::Split split(loop);
  const detail::Reduction<R, In> reduction(loop, split);
  const int64_t count = split.reduced_size, total = split.kept_size * count;
  const bool parallel = total > parallel_limit;
  if (split.kept_size == 1 && !parallel) {
    *out = math::convert<Out>(r.finish(reduction.one(x, 0, count), count));
    return {};
  }
  // A task is one output, or a strip of them where the innermost axis is kept.
  const bool strips = split.kept_count > 0 && split.kept[0] == 0 && split.reduced_count > 0;
  const int64_t inner = strips ? loop.shape[0] : 1, widest = strips ? detail::strip_width : 1;
  const int64_t strips_in_row = (inner + widest - 1) / widest, tasks = split.kept_size / inner * strips_in_row;
  const int* outer_axes = split.kept + strips;
  const int outer_count = split.kept_count - strips;
  const auto reduce = [&](int64_t t, Acc * acc, int64_t begin, int64_t end) __attribute__((noinline)) {
    const int64_t first = t % strips_in_row * widest, width = inner - first < widest ? inner - first : widest;
    const In* from = x + detail::offset_of(loop, 1, outer_axes, outer_count, t / strips_in_row);
    if (strips) {
      reduction.strip(acc, width, from + first * loop.strides[1][0], begin, end);
    } else {
      *acc = reduction.one(from, begin, end);
    }
    return width;
  };
  const auto store = [&](int64_t t, const Acc* acc, int64_t width) __attribute__((noinline)) {
    Out* to = out + detail::offset_of(loop, 0, outer_axes, outer_count, t / strips_in_row);
    const int64_t step = strips ? loop.strides[0][0] : 0, first = t % strips_in_row * widest;
    for (int64_t k = 0; k < width; ++k) to[(first + k) * step] = math::convert<Out>(r.finish(acc[k], count));
  };

  const int64_t pieces = detail::pieces_for(tasks, total, parallel);
  if (pieces == 1) {
    const int64_t per_task = parallel ? 1 + grain / (count * widest) : tasks;
    for_tasks((tasks + per_task - 1) / per_task, parallel, [&](int64_t group) {
      Acc acc[detail::strip_width];
      const int64_t end = (group + 1) * per_task < tasks ? (group + 1) * per_task : tasks;
      for (int64_t t = group * per_task; t < end; ++t) store(t, acc, reduce(t, acc, 0, count));
    });
    return {};
  }
  const int64_t length = (count + pieces - 1) / pieces, pieces_used = (count + length - 1) / length;
  const Workspace scratch(launch, static_cast<size_t>(tasks * pieces_used * widest) * sizeof(Acc));
  if (!scratch.get()) return no_workspace;
  Acc* parts = static_cast<Acc*>(scratch.get());
  for_tasks(tasks * pieces_used, true, [&](int64_t i) {
    const int64_t begin = i % pieces_used * length, end = begin + length < count ? begin + length : count;
    reduce(i / pieces_used, parts + i * widest, begin, end);
  });
  for (int64_t t = 0; t < tasks; ++t) {
    const int64_t first = t % strips_in_row * widest, width = inner - first < widest ? inner - first : widest;
    Acc* acc = parts + t * pieces_used * widest;
    for (int64_t p = 1; p < pieces_used; ++p) {
      for (int64_t k = 0; k < width; ++k) acc[k] = R::merge(acc[k], acc[p * widest + k]);
    }
    store(t, acc, width);
  }
  return {};
}

/// The kernel of a reduction R<T>, T being what the dtype computes in. `values` are its data members.
template <template <class> class R, DTypes Accepted, class... Values>
Status reduction(const Loop& loop, const Launch& launch, Values... values) {
  Status status;
  by_dtype<Accepted>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using Reducer = R<typename math::Compute<T>::type>;
        status = reduce_loop<Reducer, T, T>(loop, launch, Reducer{values...});
      });
  return status;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
