// Reductions over a Loop whose output (operand 0) has stride 0 along the reduced axes. A reduction R has an
// accumulator type, `start()`, `step(acc, x)`, `merge(a, b)` and `finish(acc, count)`. Every output is reduced by one
// task, in an order that depends on sizes only.
#pragma once
#include "tenon/core/cpu/loops/elementwise.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace detail {

/// A run of n elements: `lanes` running values that the compiler keeps in vectors, merged as a tree; long runs are cut
/// into blocks whose results are merged pairwise, which keeps the rounding error small.
template <class R, class In>
[[gnu::always_inline]] inline typename R::Acc reduce_block(const In* x, int64_t n, int64_t stride) {
  constexpr int lanes = 16;
  using Acc = typename R::Acc;
  using C = typename math::Compute<In>::type;
  if (n < lanes) {
    Acc acc = R::start();
    for (int64_t i = 0; i < n; ++i) acc = R::step(acc, static_cast<C>(x[i * stride]));
    return acc;
  }
  Acc acc[lanes];
  for (int k = 0; k < lanes; ++k) acc[k] = R::start();
  int64_t i = 0;
  if (stride == 1) {
    for (; i + lanes <= n; i += lanes) {
      for (int k = 0; k < lanes; ++k) acc[k] = R::step(acc[k], static_cast<C>(x[i + k]));
    }
  } else {
    for (; i + lanes <= n; i += lanes) {
      for (int k = 0; k < lanes; ++k) acc[k] = R::step(acc[k], static_cast<C>(x[(i + k) * stride]));
    }
  }
  for (int k = 0; i < n; ++i, ++k) acc[k] = R::step(acc[k], static_cast<C>(x[i * stride]));
  for (int width = lanes / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) acc[k] = R::merge(acc[k], acc[k + width]);
  }
  return acc[0];
}

template <class R, class In>
typename R::Acc reduce_run(const In* x, int64_t n, int64_t stride) {
  constexpr int64_t block = 2048;
  if (n <= block) return reduce_block<R>(x, n, stride);
  const int64_t half = (n / 2 + block - 1) / block * block;
  return R::merge(reduce_run<R>(x, half, stride), reduce_run<R>(x + half * stride, n - half, stride));
}

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
  for (int k = 0; k < count; ++k) {
    offset += index % loop.shape[axes[k]] * loop.strides[operand][axes[k]];
    index /= loop.shape[axes[k]];
  }
  return offset;
}

/// One output: all reduced axes, the innermost as runs.
template <class R, class In>
typename R::Acc reduce_one(const Loop& loop, const Split& split, const In* x) {
  if (split.reduced_count == 0) return R::step(R::start(), static_cast<typename math::Compute<In>::type>(*x));
  const int inner = split.reduced[0];
  const int64_t n = loop.shape[inner], runs = split.reduced_size / n;
  typename R::Acc acc = reduce_run<R>(x, n, loop.strides[1][inner]);
  for (int64_t r = 1; r < runs; ++r) {
    const int64_t at = offset_of(loop, 1, split.reduced + 1, split.reduced_count - 1, r);
    acc = R::merge(acc, reduce_run<R>(x + at, n, loop.strides[1][inner]));
  }
  return acc;
}

/// A strip of neighbouring outputs at once, when the innermost axis is kept: reads run along it.
template <class R, class In, class Out>
void reduce_strip(const Loop& loop, const Split& split, const In* x, Out* out, int64_t width) {
  constexpr int64_t widest = 64;
  using C = typename math::Compute<In>::type;
  const int64_t step = loop.strides[1][0], out_step = loop.strides[0][0];
  typename R::Acc acc[widest];
  for (int64_t k = 0; k < width; ++k) acc[k] = R::start();
  for (int64_t r = 0; r < split.reduced_size; ++r) {
    const In* row = x + offset_of(loop, 1, split.reduced, split.reduced_count, r);
    if (step == 1) {
      for (int64_t k = 0; k < width; ++k) acc[k] = R::step(acc[k], static_cast<C>(row[k]));
    } else {
      for (int64_t k = 0; k < width; ++k) acc[k] = R::step(acc[k], static_cast<C>(row[k * step]));
    }
  }
  for (int64_t k = 0; k < width; ++k) out[k * out_step] = math::convert<Out>(R::finish(acc[k], split.reduced_size));
}

}  // namespace detail

template <class R, class Out, class In>
void reduce_loop(const Loop& loop) {
  Out* out = detail::operand<Out>(loop, 0);
  const In* x = detail::operand<In>(loop, 1);
  const detail::Split split(loop);
  const bool parallel = split.kept_size * split.reduced_size > parallel_limit;
  const bool strips = split.kept_count > 0 && split.kept[0] == 0 && split.reduced_count > 0;
  if (!strips) {
    if (split.kept_size == 1) {
      *out = math::convert<Out>(R::finish(detail::reduce_one<R>(loop, split, x), split.reduced_size));
      return;
    }
    for_tasks(
        split.kept_size, parallel, [&](int64_t k) __attribute__((noinline)) {
          const In* from = x + detail::offset_of(loop, 1, split.kept, split.kept_count, k);
          out[detail::offset_of(loop, 0, split.kept, split.kept_count, k)] =
              math::convert<Out>(R::finish(detail::reduce_one<R>(loop, split, from), split.reduced_size));
        });
    return;
  }
  constexpr int64_t widest = 64;
  const int64_t inner = loop.shape[0], strips_in_row = (inner + widest - 1) / widest;
  const int64_t tasks = split.kept_size / inner * strips_in_row;
  for_tasks(
      tasks, parallel, [&](int64_t t) __attribute__((noinline)) {
        const int64_t row = t / strips_in_row, first = t % strips_in_row * widest;
        const int64_t width = inner - first < widest ? inner - first : widest;
        const int64_t from = detail::offset_of(loop, 1, split.kept + 1, split.kept_count - 1, row);
        const int64_t to = detail::offset_of(loop, 0, split.kept + 1, split.kept_count - 1, row);
        detail::reduce_strip<R>(loop, split, x + from + first * loop.strides[1][0],
                                out + to + first * loop.strides[0][0], width);
      });
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
