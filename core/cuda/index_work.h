// What a thread of the index kernels does, for host and device. An index out of range is skipped and handed to the
// report, a functor of it.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/index.h"
#include "tenon/core/kernels/loop.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cuda_backend {

TENON_INLINE bool in_range(int64_t index, int64_t size) {
  return static_cast<uint64_t>(index) < static_cast<uint64_t>(size);
}

template <class T>
TENON_INLINE T sum_of(T a, T b) {
  return math::convert<T>(math::Add::call(math::load(a), math::load(b)));
}

/// The elements [outer, count, inner] that `count` indices select from, or are added to, [outer, size, inner].
struct SelectedRows {
  LargeDivider inner, count;
  int64_t size;

  struct Place {
    int64_t outer, j, column;
  };
  TENON_INLINE Place place(int64_t i) const {
    const int64_t row = inner.quotient(i), o = count.quotient(row);
    return {o, row - o * count.divisor(), i - row * inner.divisor()};
  }
  /// Where the element lies on the other side.
  TENON_INLINE int64_t at(const Place& p, int64_t index) const {
    return (p.outer * size + index) * inner.divisor() + p.column;
  }
};

/// Copies a unit of a row: an element, or 16 bytes.
template <class Unit, class Report>
struct SelectRows {
  Unit* out;
  const Unit* x;
  const int64_t* index;
  SelectedRows rows;
  Report report;

  TENON_INLINE void operator()(int64_t i) const {
    const SelectedRows::Place p = rows.place(i);
    const int64_t from = index[p.j];
    if (in_range(from, rows.size)) {
      out[i] = x[rows.at(p, from)];
    } else if (p.column == 0) {
      report(from);
    }
  }
};

/// Adds an element of the source to its place in `out`. Add: where several threads may add at once.
template <class T, class Add, class Report>
struct IndexAdd {
  T* out;
  const T* source;
  const int64_t* index;
  SelectedRows rows;
  Report report;

  TENON_INLINE void operator()(int64_t i) const {
    const SelectedRows::Place p = rows.place(i);
    const int64_t to = index[p.j];
    if (in_range(to, rows.size)) {
      Add()(out + rows.at(p, to), source[i]);
    } else if (p.column == 0) {
      report(to);
    }
  }
};

/// Whether sorted target `s` is the first of its kind, and is one at all: `none` comes last.
TENON_INLINE bool begins_target(const int64_t* targets, int64_t s, int64_t none) {
  return targets[s] != none && (s == 0 || targets[s - 1] != targets[s]);
}

/// Writes what index j points at, or `none`.
template <class Report>
struct IndexTargets {
  int64_t *targets, *positions;
  const int64_t* index;
  int64_t none;
  Report report;

  TENON_INLINE void operator()(int64_t j) const {
    const bool valid = in_range(index[j], none);
    if (!valid) report(index[j]);
    targets[j] = valid ? index[j] : none;
    positions[j] = j;
  }
};

/// For an element of each target's row: its terms in the order of the indices. Thread i: sorted index i / (outer *
/// inner) and element i % (outer * inner).
template <class T>
struct IndexAddSorted {
  T* out;
  const T* source;
  const int64_t *targets, *positions;
  LargeDivider elements, inner;
  int64_t count, size;

  TENON_INLINE void operator()(int64_t i) const {
    const int64_t first = elements.quotient(i), element = i - first * elements.divisor();
    if (!begins_target(targets, first, size)) return;
    const int64_t o = inner.quotient(element), column = element - o * inner.divisor(), target = targets[first];
    T* to = out + (o * size + target) * inner.divisor() + column;
    T sum = *to;
    for (int64_t s = first; s < count && targets[s] == target; ++s) {
      sum = sum_of(sum, source[(o * count + positions[s]) * inner.divisor() + column]);
    }
    *to = sum;
  }
};

/// The elements of the loop and the indices along the axis, walked together. Offsets: of the operands, without what
/// the index adds along the axis, and the operand `without` has no share of the axis at all.
struct AlongAxis {
  LoopAxes<3> axes;

  AlongAxis(const Loop& loop, const IndexedAxis& axis, int without) {
    // Where the indices lie innermost along the axis, so do the threads.
    const bool axis_inside = axis.strides[2] < loop.strides[2][0];
    if (axis_inside) add_axis(axis, without);
    for (int k = 0; k < loop.axes; ++k) {
      if (loop.shape[k] > 1) axes.add(loop.shape[k], loop.strides[0][k], loop.strides[1][k], loop.strides[2][k]);
    }
    if (!axis_inside) add_axis(axis, without);
  }

 private:
  void add_axis(const IndexedAxis& axis, int without) {
    const auto stride = [&](int operand) { return operand == without ? 0 : axis.strides[operand]; };
    if (axis.count > 1) axes.add(axis.count, stride(0), stride(1), stride(2));
  }
};

template <class T, class Report>
struct Gather {
  T* out;
  const T* x;
  const int64_t* index;
  AlongAxis along;
  int64_t size, stride;  ///< of x along the axis
  Report report;

  TENON_INLINE void operator()(int64_t i) const {
    int64_t at[3];
    along.axes.locate(i, at);
    const int64_t from = index[at[2]];
    if (in_range(from, size)) {
      out[at[0]] = x[at[1] + from * stride];
    } else {
      report(from);
    }
  }
};

/// Add: what makes an element of `out` of itself and its term.
template <class T, class Add, class Report>
struct ScatterAdd {
  T* out;
  const T* source;
  const int64_t* index;
  AlongAxis along;
  int64_t size, stride;  ///< of out along the axis
  Report report;

  TENON_INLINE void operator()(int64_t i) const {
    int64_t at[3];
    along.axes.locate(i, at);
    const int64_t to = index[at[2]];
    if (in_range(to, size)) {
      Add()(out + at[0] + to * stride, source[at[1]]);
    } else {
      report(to);
    }
  }
};

/// No two threads have the same target.
struct AddAlone {
  template <class T>
  TENON_INLINE void operator()(T* to, T x) const {
    *to = sum_of(*to, x);
  }
};

/// Writes where element i goes: a line of `out` along the axis and a place in it, as one number. Elements of a line
/// come in the order of the indices.
template <class Report>
struct ScatterTargets {
  int64_t *targets, *positions;
  const int64_t* index;
  LoopAxes<3> axes;
  LargeDivider lines;
  int64_t size, none, stride;  ///< of the index along the axis
  Report report;

  TENON_INLINE void operator()(int64_t i) const {
    const int64_t j = lines.quotient(i), line = i - j * lines.divisor();
    int64_t at[3];
    axes.locate(line, at);
    const int64_t index_of = index[at[2] + j * stride];
    const bool valid = in_range(index_of, size);
    if (!valid) report(index_of);
    targets[i] = valid ? line * size + index_of : none;
    positions[i] = i;
  }
};

template <class T>
struct ScatterSorted {
  T* out;
  const T* source;
  const int64_t *targets, *positions;
  LoopAxes<3> axes;
  LargeDivider lines, size;
  int64_t count, none, out_stride, source_stride;

  TENON_INLINE void operator()(int64_t first) const {
    if (!begins_target(targets, first, none)) return;
    const int64_t target = targets[first], line = size.quotient(target);
    int64_t at[3];
    axes.locate(line, at);
    T* to = out + at[0] + (target - line * size.divisor()) * out_stride;
    T sum = *to;
    for (int64_t s = first; s < count && targets[s] == target; ++s) {
      sum = sum_of(sum, source[at[1] + lines.quotient(positions[s]) * source_stride]);
    }
    *to = sum;
  }
};

/// A position in a flat array as one along each axis.
struct Unravel {
  int64_t* out;
  const int64_t* flat;
  LargeDivider size[Loop::max_axes];  ///< the innermost axis first
  int32_t ndim;

  TENON_INLINE void operator()(int64_t i) const {
    int64_t rest = flat[i];
    for (int k = 0; k < Loop::max_axes; ++k) {
      if (k >= ndim) break;
      const int64_t next = size[k].quotient(rest);
      out[(i + 1) * ndim - 1 - k] = rest - next * size[k].divisor();
      rest = next;
    }
  }
};

}  // namespace tenon::inline v0::cuda_backend
