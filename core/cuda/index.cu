// Selecting, gathering and adding by indices. One out of range is reported and skipped.
#include <cub/device/device_select.cuh>
#include <thrust/iterator/counting_iterator.h>

#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fault.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/index_work.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/radix_sort.cuh"

namespace tenon::inline v0::cuda_backend {

namespace {

template <class Unit>
Status select_units(const View& out, const View& x, const View& index, const AxisLoop& a, int64_t inner,
                    const FaultReport& report, const Launch& launch) {
  const int64_t count = index.numel();
  const SelectRows<Unit, FaultReport> rows{
      out.as<Unit>(), x.as<Unit>(), index.as<int64_t>(), {LargeDivider(inner), LargeDivider(count), a.n}, report};
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
struct AddAtomically {
  template <class T>
  TENON_INLINE void operator()([[maybe_unused]] T* to, [[maybe_unused]] T x) const {
#ifdef __CUDA_ARCH__
    if constexpr (sizeof(T) == 8 && !math::is_float<T>) {
      atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(x));
    } else {
      atomicAdd(to, x);
    }
#endif
  }
};
constexpr DTypes atomic = dtypes(int32, int64, float32, float64);

/// Whether additions of the dtype go by atomics; else the targets are sorted, and each one's terms added in order.
bool goes_by_atomics(DType dtype, const Launch& launch) {
  return contains(atomic, dtype) && (is_integral(dtype) || !launch.is(Launch::deterministic));
}

/// Indices in order of what they point at; those that point at the same keep their order.
using Targets = Pairs<int64_t, int64_t>;

/// How many bits the numbers up to `last` have.
int bits_of_number(int64_t last) {
  int bits = 1;
  while (bits < 63 && last >> bits) ++bits;
  return bits;
}

Status index_add(const View& out, const View& source, const View& index, const AxisLoop& a, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const int64_t count = index.numel(), total = a.outer * count * a.inner;
  const LargeDivider inner(a.inner);
  if (goes_by_atomics(out.dtype, launch)) {
    return by_dtype<atomic>(out.dtype, [&]<class T>(Type<T>) {
      const SelectedRows rows{inner, LargeDivider(count), a.n};
      return each(
          total,
          IndexAdd<T, AddAtomically, FaultReport>{out.as<T>(), source.as<T>(), index.as<int64_t>(), rows, report},
          launch);
    });
  }
  Targets targets(launch, count);
  if (!targets) return no_memory;
  Status status = each(
      count,
      IndexTargets<FaultReport>{targets.keys.Current(), targets.values.Current(), index.as<int64_t>(), a.n, report},
      launch);
  if (status.code == StatusCode::ok) status = radix_sort(targets, count, bits_of_number(a.n), launch);
  if (status.code != StatusCode::ok) return status;
  return by_dtype<numeric>(out.dtype, [&]<class T>(Type<T>) {
    return each(total,
                IndexAddSorted<T>{out.as<T>(), source.as<T>(), targets.keys.Current(), targets.values.Current(),
                                  LargeDivider(a.outer * a.inner), inner, count, a.n},
                launch);
  });
}

Status gather(const Loop& loop, const IndexedAxis& axis, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const AlongAxis along(loop, axis, 1);
  return by_bytes(loop.dtype[0], [&]<class T>(Type<T>) {
    const Gather<T, FaultReport> functor{static_cast<T*>(loop.data[0]),
                                         static_cast<const T*>(loop.data[1]),
                                         static_cast<const int64_t*>(loop.data[2]),
                                         along,
                                         axis.size,
                                         axis.strides[1],
                                         report};
    return each(along.axes.total, functor, launch);
  });
}

Status scatter_sorted(const Loop& loop, const IndexedAxis& axis, const FaultReport& report, const Launch& launch) {
  LoopAxes<3> axes;
  for (int k = 0; k < loop.axes; ++k)
    axes.add(loop.shape[k], loop.strides[0][k], loop.strides[1][k], loop.strides[2][k]);
  const int64_t count = axes.total * axis.count, none = axes.total * axis.size;
  const LargeDivider lines(axes.total);
  Targets targets(launch, count);
  if (!targets) return no_memory;
  Status status = each(count,
                       ScatterTargets<FaultReport>{targets.keys.Current(), targets.values.Current(),
                                                   static_cast<const int64_t*>(loop.data[2]), axes, lines, axis.size,
                                                   none, axis.strides[2], report},
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
                                   LargeDivider(axis.size > 0 ? axis.size : 1),
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
  const auto run = [&]<class Add, class T>() {
    const AlongAxis along(loop, axis, 0);
    const ScatterAdd<T, Add, FaultReport> functor{static_cast<T*>(loop.data[0]),
                                                  static_cast<const T*>(loop.data[1]),
                                                  static_cast<const int64_t*>(loop.data[2]),
                                                  along,
                                                  axis.size,
                                                  axis.strides[0],
                                                  report};
    return each(along.axes.total, functor, launch);
  };
  if (axis.count == 1) {
    return by_dtype<numeric>(loop.dtype[0], [&]<class T>(Type<T>) { return run.template operator()<AddAlone, T>(); });
  }
  if (goes_by_atomics(loop.dtype[0], launch)) {
    return by_dtype<atomic>(loop.dtype[0],
                            [&]<class T>(Type<T>) { return run.template operator()<AddAtomically, T>(); });
  }
  return scatter_sorted(loop, axis, report, launch);
}

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
