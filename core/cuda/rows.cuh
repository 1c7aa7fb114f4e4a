// Kernels that look at a whole row several times: it is read from memory once where it fits into registers.
#pragma once
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/reduce.cuh"
#include "tenon/core/cuda/row_plan.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cuda_backend {

/// A thread's place in a row, and its part in what is put together over the row.
struct RowLane {
  int64_t row;
  int32_t lane, lanes_log;
  bool exists;  ///< else the thread only takes part in merging

  __device__ explicit RowLane(const RowPlan& plan)
      : row(plan.row(blockIdx.x, static_cast<int>(threadIdx.x))),
        lane(static_cast<int>(threadIdx.x) & ((1 << plan.lanes_log) - 1)),
        lanes_log(plan.lanes_log),
        exists(row < plan.rows) {}

  /// What the values of the row's lanes come to by M::call, which commutes: the same bits for each of them. All threads
  /// of the block take part.
  template <class M, class C>
  __device__ C merge(C value) const {
    const int lanes = 1 << lanes_log;
    for (int distance = (lanes < 32 ? lanes : 32) / 2; distance > 0; distance /= 2) {
      value = M::call(value, __shfl_xor_sync(0xffffffffu, value, distance));
    }
    if (lanes <= 32) return value;
    __shared__ C of_warp[RowPlan::most_threads / 32];
    __syncthreads();  // what was merged before has been read
    if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
    __syncthreads();
    const int warps = lanes / 32, first = static_cast<int>(threadIdx.x >> lanes_log) * warps;
    value = of_warp[first];
    for (int w = 1; w < warps; ++w) value = M::call(value, of_warp[first + w]);
    return value;
  }
  template <class C>
  __device__ C sum(C value) const {
    return merge<math::Add>(value);
  }
  template <class C>
  __device__ C max(C value) const {
    return merge<math::Maximum>(value);
  }
};

/// What a lane has of a row of `Arrays` arrays: `held` packs of V elements of each, in registers. With held = 0 every
/// look reads memory again.
template <class T, int V, int held, int Arrays>
class RowValues {
  using Packs = Pack<T, V>[Arrays];

 public:
  using C = Compute<T>;

  /// The arrays' first elements: of the whole array, not of the row.
  template <class... Pointers>
  __device__ RowValues(const RowPlan& plan, const RowLane& at, const Pointers*... x)
      : n_(at.exists ? plan.n : 0), lane_(at.lane), lanes_log_(at.lanes_log), x_{x + at.row * plan.n...} {
#pragma unroll
    for (int u = 0; u < held; ++u) {
      if (index(u) < n_) read(pack_[u], index(u));
    }
  }

  /// Calls f(x, beside, k) for the lane's elements: x[a] is that of array a, and beside what prepare(i) gave for the
  /// pack of elements i to i + V - 1, of which this is number k.
  template <class Prepare, class F>
  __device__ void each(const Prepare& prepare, const F& f) const {
    over_packs([&](const Packs& packs, int64_t i) {
      const auto beside = prepare(i);
#pragma unroll
      for (int k = 0; k < V; ++k) f(values(packs, k).x, beside, k);
    });
  }
  /// Writes f(x, beside, k) to the row that begins at `to`.
  template <class Prepare, class F>
  __device__ void write(T* to, const Prepare& prepare, const F& f) const {
    over_packs([&](const Packs& packs, int64_t i) {
      const auto beside = prepare(i);
      Pack<T, V> result;
#pragma unroll
      for (int k = 0; k < V; ++k) result.v[k] = math::convert<T>(f(values(packs, k).x, beside, k));
      store_pack<V>(to + i, result);
    });
  }
  /// The same with f(x).
  template <class F>
  __device__ void each(const F& f) const {
    each([](int64_t) { return 0; }, [&](const C(&x)[Arrays], int, int) { f(x); });
  }
  template <class F>
  __device__ void write(T* to, const F& f) const {
    write(
        to, [](int64_t) { return 0; }, [&](const C(&x)[Arrays], int, int) { return f(x); });
  }

 private:
  __device__ int64_t index(int64_t u) const { return RowPlan::pack(u, lane_, lanes_log_) * V; }
  __device__ void read(Packs& packs, int64_t i) const {
#pragma unroll
    for (int a = 0; a < Arrays; ++a) packs[a] = load_pack<V>(x_[a] + i);
  }
  struct Values {
    C x[Arrays];
  };
  __device__ static Values values(const Packs& packs, int k) {
    Values of;
#pragma unroll
    for (int a = 0; a < Arrays; ++a) of.x[a] = math::load(packs[a].v[k]);
    return of;
  }
  template <class F>
  __device__ void over_packs(const F& f) const {
    if constexpr (held > 0) {
#pragma unroll
      for (int u = 0; u < held; ++u) {
        if (index(u) < n_) f(pack_[u], index(u));
      }
    } else {
      // Enough bytes under way: several loads come before their first use.
      constexpr int batch = V > 1 ? 2 : 8;
      for (int64_t u = 0; index(u) < n_; u += batch) {
        Packs packs[batch];
#pragma unroll
        for (int b = 0; b < batch; ++b) {
          if (index(u + b) < n_) read(packs[b], index(u + b));
        }
#pragma unroll
        for (int b = 0; b < batch; ++b) {
          if (index(u + b) < n_) f(packs[b], index(u + b));
        }
      }
    }
  }

  int64_t n_;
  int32_t lane_, lanes_log_;
  const T* x_[Arrays];
  Packs pack_[held > 0 ? held : 1];
};

/// Calls f<V, held>(plan) for rows of n elements; `aligned`: whether all arrays may be read in packs of 16 bytes.
template <class T, class F>
Status by_row_plan(int64_t rows, int64_t n, bool aligned, const F& f) {
  constexpr int width = pack_of(sizeof(T)), held = RowPlan::held_packs;
  if (aligned && n % width == 0) {
    const RowPlan plan(rows, n, width);
    if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many rows"};
    return plan.held ? f.template operator()<width, held>(plan) : f.template operator()<width, 0>(plan);
  }
  const RowPlan plan(rows, n, 1);
  if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many rows"};
  return plan.held ? f.template operator()<1, held>(plan) : f.template operator()<1, 0>(plan);
}

}  // namespace tenon::inline v0::cuda_backend
