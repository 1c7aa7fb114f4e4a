// Selecting, gathering and adding by indices. One out of range is reported and skipped.
#include <cub/device/device_select.cuh>
#include <thrust/iterator/counting_iterator.h>

#include "tenon/core/cuda/axes.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fault.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/radix_sort.cuh"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cuda_backend {

namespace {

__device__ bool in_range(int64_t index, int64_t size) {
  return static_cast<uint64_t>(index) < static_cast<uint64_t>(size);
}

/// Copies a unit of a row: an element, or 16 bytes.
template <class Unit>
struct SelectRows {
  Unit* out;
  const Unit* x;
  const int64_t* index;
  LargeDivider inner, count;  ///< units of a row, indices
  int64_t size;
  FaultReport report;

  __device__ void operator()(int64_t i) const {
    const int64_t row = inner.quotient(i), unit = i - row * inner.divisor();
    const int64_t o = count.quotient(row), from = index[row - o * count.divisor()];
    if (in_range(from, size)) {
      out[i] = x[(o * size + from) * inner.divisor() + unit];
    } else if (unit == 0) {
      report(from);
    }
  }
};

template <class Unit>
Status select_units(const View& out, const View& x, const View& index, const AxisLoop& a, int64_t inner,
                    const FaultReport& report, const Launch& launch) {
  const int64_t count = index.numel();
  const SelectRows<Unit> rows{
      out.as<Unit>(), x.as<Unit>(), index.as<int64_t>(), LargeDivider(inner), LargeDivider(count), a.n, report};
  return each(a.outer * count * inner, rows, launch);
}

Status index_select(const View& out, const View& x, const View& index, const AxisLoop& a, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const int64_t bytes = a.inner * static_cast<int64_t>(size_of(x.dtype));
  if (bytes % 16 == 0 && aligned_for_packs(out.as<char>(), x.as<char>())) {
    return select_units<Pack<uint64_t, 2>>(out, x, index, a, bytes / 16, report, launch);
  }
  return by_bytes(x.dtype,
                  [&]<class T>(Type<T>) { return select_units<T>(out, x, index, a, a.inner, report, launch); });
}

/// Adds where several threads may add at once. In one order only for integers.
__device__ void add_atomically(float* to, float x) { atomicAdd(to, x); }
__device__ void add_atomically(double* to, double x) { atomicAdd(to, x); }
__device__ void add_atomically(int32_t* to, int32_t x) { atomicAdd(to, x); }
__device__ void add_atomically(int64_t* to, int64_t x) {
  atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(x));
}
constexpr DTypes atomic = dtypes(int32, int64, float32, float64);

/// Whether additions of the dtype go by atomics; else the targets are sorted, and each one's terms added in order.
bool goes_by_atomics(DType dtype, const Launch& launch) {
  return contains(atomic, dtype) && (is_integral(dtype) || !launch.is(Launch::deterministic));
}

template <class T>
__device__ T sum_of(T a, T b) {
  return math::convert<T>(math::Add::call(math::load(a), math::load(b)));
}

/// Indices in order of what they point at; those that point at the same keep their order.
using Targets = Pairs<int64_t, int64_t>;

/// How many bits the numbers up to `last` have.
int bits_of_number(int64_t last) {
  int bits = 1;
  while (bits < 63 && last >> bits) ++bits;
  return bits;
}

/// Whether sorted target `s` is the first of its kind, and is one at all: `none` comes last.
__device__ bool begins_target(const int64_t* targets, int64_t s, int64_t none) {
  return targets[s] != none && (s == 0 || targets[s - 1] != targets[s]);
}

/// An element of the source to its place in `out`.
template <class T>
struct IndexAdd {
  T* out;
  const T* source;
  const int64_t* index;
  LargeDivider inner, count;
  int64_t size;
  FaultReport report;

  __device__ void operator()(int64_t i) const {
    const int64_t row = inner.quotient(i), column = i - row * inner.divisor();
    const int64_t o = count.quotient(row), to = index[row - o * count.divisor()];
    if (in_range(to, size)) {
      add_atomically(out + (o * size + to) * inner.divisor() + column, source[i]);
    } else if (column == 0) {
      report(to);
    }
  }
};

/// Writes what index j points at, or `none`.
struct IndexTargets {
  int64_t *targets, *positions;
  const int64_t* index;
  int64_t none;
  FaultReport report;

  __device__ void operator()(int64_t j) const {
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

  __device__ void operator()(int64_t i) const {
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

Status index_add(const View& out, const View& source, const View& index, const AxisLoop& a, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const int64_t count = index.numel(), total = a.outer * count * a.inner;
  const LargeDivider inner(a.inner);
  if (goes_by_atomics(out.dtype, launch)) {
    return by_dtype<atomic>(out.dtype, [&]<class T>(Type<T>) {
      return each(
          total, IndexAdd<T>{out.as<T>(), source.as<T>(), index.as<int64_t>(), inner, LargeDivider(count), a.n, report},
          launch);
    });
  }
  Targets targets(launch, count);
  if (!targets) return no_memory;
  Status status = each(
      count, IndexTargets{targets.keys.Current(), targets.values.Current(), index.as<int64_t>(), a.n, report}, launch);
  if (status.code == StatusCode::ok) status = radix_sort(targets, count, bits_of_number(a.n), launch);
  if (status.code != StatusCode::ok) return status;
  return by_dtype<numeric>(out.dtype, [&]<class T>(Type<T>) {
    return each(total,
                IndexAddSorted<T>{out.as<T>(), source.as<T>(), targets.keys.Current(), targets.values.Current(),
                                  LargeDivider(a.outer * a.inner), inner, count, a.n},
                launch);
  });
}

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

template <class T>
struct Gather {
  T* out;
  const T* x;
  const int64_t* index;
  AlongAxis along;
  int64_t size, stride;  ///< of x along the axis
  FaultReport report;

  __device__ void operator()(int64_t i) const {
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

Status gather(const Loop& loop, const IndexedAxis& axis, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const AlongAxis along(loop, axis, 1);
  return by_bytes(loop.dtype[0], [&]<class T>(Type<T>) {
    const Gather<T> functor{static_cast<T*>(loop.data[0]),
                            static_cast<const T*>(loop.data[1]),
                            static_cast<const int64_t*>(loop.data[2]),
                            along,
                            axis.size,
                            axis.strides[1],
                            report};
    return each(along.axes.total, functor, launch);
  });
}

/// `alone`: no two threads have the same target.
template <class T, bool alone>
struct ScatterAdd {
  T* out;
  const T* source;
  const int64_t* index;
  AlongAxis along;
  int64_t size, stride;  ///< of out along the axis
  FaultReport report;

  __device__ void operator()(int64_t i) const {
    int64_t at[3];
    along.axes.locate(i, at);
    const int64_t index_of = index[at[2]];
    if (!in_range(index_of, size)) return report(index_of);
    T* to = out + at[0] + index_of * stride;
    if constexpr (alone) {
      *to = sum_of(*to, source[at[1]]);
    } else {
      add_atomically(to, source[at[1]]);
    }
  }
};

/// Writes where element i goes: a line of `out` along the axis and a place in it, as one number. Elements of a line
/// come in the order of the indices.
struct ScatterTargets {
  int64_t *targets, *positions;
  const int64_t* index;
  LoopAxes<3> axes;
  LargeDivider lines;
  int64_t size, none, stride;  ///< of the index along the axis
  FaultReport report;

  __device__ void operator()(int64_t i) const {
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

  __device__ void operator()(int64_t first) const {
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

Status scatter_sorted(const Loop& loop, const IndexedAxis& axis, const FaultReport& report, const Launch& launch) {
  LoopAxes<3> axes;
  for (int k = 0; k < loop.axes; ++k)
    axes.add(loop.shape[k], loop.strides[0][k], loop.strides[1][k], loop.strides[2][k]);
  const int64_t count = axes.total * axis.count, none = axes.total * axis.size;
  const LargeDivider lines(axes.total);
  Targets targets(launch, count);
  if (!targets) return no_memory;
  Status status =
      each(count,
           ScatterTargets{targets.keys.Current(), targets.values.Current(), static_cast<const int64_t*>(loop.data[2]),
                          axes, lines, axis.size, none, axis.strides[2], report},
           launch);
  if (status.code == StatusCode::ok) status = radix_sort(targets, count, bits_of_number(none), launch);
  if (status.code != StatusCode::ok) return status;
  return by_dtype<numeric>(loop.dtype[0], [&]<class T>(Type<T>) {
    const ScatterSorted<T> functor{static_cast<T*>(loop.data[0]),
                                   static_cast<const T*>(loop.data[1]),
                                   targets.keys.Current(),
                                   targets.values.Current(),
                                   axes,
                                   lines,
                                   LargeDivider(axis.size),
                                   count,
                                   none,
                                   axis.strides[0],
                                   axis.strides[1]};
    return each(count, functor, launch);
  });
}

Status scatter_add(const Loop& loop, const IndexedAxis& axis, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const auto run = [&]<bool alone, class T>() {
    const AlongAxis along(loop, axis, 0);
    const ScatterAdd<T, alone> functor{static_cast<T*>(loop.data[0]),
                                       static_cast<const T*>(loop.data[1]),
                                       static_cast<const int64_t*>(loop.data[2]),
                                       along,
                                       axis.size,
                                       axis.strides[0],
                                       report};
    return each(along.axes.total, functor, launch);
  };
  if (axis.count == 1) {
    return by_dtype<numeric>(loop.dtype[0], [&]<class T>(Type<T>) { return run.template operator()<true, T>(); });
  }
  if (goes_by_atomics(loop.dtype[0], launch)) {
    return by_dtype<atomic>(loop.dtype[0], [&]<class T>(Type<T>) { return run.template operator()<false, T>(); });
  }
  return scatter_sorted(loop, axis, report, launch);
}

/// A position in a flat array as one along each axis.
struct Unravel {
  int64_t* out;
  const int64_t* flat;
  LargeDivider size[Loop::max_axes];  ///< the innermost axis first
  int32_t ndim;

  __device__ void operator()(int64_t i) const {
    int64_t rest = flat[i];
#pragma unroll
    for (int k = 0; k < Loop::max_axes; ++k) {
      if (k >= ndim) break;
      const int64_t next = size[k].quotient(rest);
      out[(i + 1) * ndim - 1 - k] = rest - next * size[k].divisor();
      rest = next;
    }
  }
};

Status nonzero(const View& out, const View& mask, const Launch& launch) {
  const OnDevice on(launch);
  const int64_t found = out.shape[0], total = mask.numel();
  const bool flat = mask.ndim == 1;
  // How many there are is known before: the count that CUB writes is not looked at.
  const Workspace memory(launch, static_cast<size_t>(flat ? 1 : found + 1) * sizeof(int64_t));
  if (!memory) return no_memory;
  int64_t *counted = memory.as<int64_t>(), *positions = flat ? out.as<int64_t>() : counted + 1;
  const Status status = run_cub(launch, [&](void* temporary, size_t& bytes) {
    return cub::DeviceSelect::Flagged(temporary, bytes, thrust::counting_iterator<int64_t>(0), mask.as<bool>(),
                                      positions, counted, total, stream_of(launch));
  });
  if (flat || status.code != StatusCode::ok) return status;
  Unravel unravel{out.as<int64_t>(), positions, {}, mask.ndim};
  for (int k = 0; k < mask.ndim; ++k) unravel.size[k] = LargeDivider(mask.shape[mask.ndim - 1 - k]);
  return each(found, unravel, launch);
}

}  // namespace

void fill_index(Backend& backend) {
  IndexKernels& k = backend.index;
  k.index_select = index_select;
  k.embedding = index_select;
  k.index_add = index_add;
  k.gather = gather;
  k.scatter_add = scatter_add;
  k.one_hot = scatter_add;
  k.nonzero = nonzero;
}

}  // namespace tenon::inline v0::cuda_backend
