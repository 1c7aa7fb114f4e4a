// Reductions in two stages and a fixed order; reduce_plan.h shares out the work.
//
// A reducer R is passed to the kernels by value. It has
//   Acc                                what has been taken in
//   context(output)                    what every step of an output needs; NoContext if nothing
//   start(), step(acc, value, context, position), merge(a, b)
//   store(output, offset, acc)         writes output number `output`, which lies at `offset`
// or, if it looks at every batch of values twice, instead of start and step a type `Batch` as core/math's Variance:
// First, Second, context(first, n), combine(context, second, n).
//
// A source S reads the values: `width`, how many elements of an array make 16 bytes; Raw<V>, V neighbours as they lie
// in memory; load<V>(offset); value(raw, k); and is_aligned(), whether packs of 16 bytes may be read.
#pragma once
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/reduce_plan.h"
#include "tenon/core/cuda/shuffle.cuh"

namespace tenon::inline v0::cuda_backend {

template <class T>
using Compute = typename math::Compute<T>::type;

struct NoContext {};

template <class R>
concept TwoLooks = requires {
  typename R::Batch;
};

/// The elements of one array.
template <class T>
struct ArraySource {
  static constexpr int width = pack_of(sizeof(T));
  template <int V>
  using Raw = Pack<T, V>;

  const T* x;

  bool is_aligned() const { return aligned_for_packs(x); }
  template <int V>
  __device__ Raw<V> load(int64_t offset) const {
    return load_pack<V>(x + offset);
  }
  template <int V>
  __device__ static Compute<T> value(const Pack<T, V>& raw, int k) {
    return math::load(raw.v[k]);
  }
};

/// Pairs of elements of two arrays that lie alike.
template <class T>
struct PairSource {
  static constexpr int width = pack_of(sizeof(T));
  template <int V>
  struct Raw {
    Pack<T, V> a, b;
  };
  struct Value {
    Compute<T> a, b;
  };

  const T *a, *b;

  bool is_aligned() const { return aligned_for_packs(a, b); }
  template <int V>
  __device__ Raw<V> load(int64_t offset) const {
    return {load_pack<V>(a + offset), load_pack<V>(b + offset)};
  }
  template <int V>
  __device__ static Value value(const Raw<V>& raw, int k) {
    return {math::load(raw.a.v[k]), math::load(raw.b.v[k])};
  }
};

namespace detail {

/// Of `lanes` neighbouring threads, those below `active` have values: lane 0 gets what they come to. All threads of
/// the block take part.
template <class R>
__device__ void merge_neighbours(const R& r, typename R::Acc& acc, int lane, int lanes, int active) {
  for (int distance = (lanes < 32 ? lanes : 32) / 2; distance > 0; distance /= 2) {
    const typename R::Acc other = shuffle_down(acc, distance);
    if ((lane & 31) + distance < 32 && lane + distance < active) acc = r.merge(acc, other);
  }
  if (lanes <= 32) return;
  __shared__ typename R::Acc of_warp[ReducePlan::threads / 32];
  const int warp = threadIdx.x / 32;
  if (threadIdx.x % 32 == 0) of_warp[warp] = acc;
  __syncthreads();
  if (lane == 0) {
    for (int next = 1; next * 32 < active; ++next) acc = r.merge(acc, of_warp[warp + next]);
  }
}

/// How many packs a lane reads before it looks at them.
template <class Raw>
constexpr int packs_in_flight = sizeof(Raw) >= 64   ? 1
                                : sizeof(Raw) <= 16 ? 4
                                                    : 64 / static_cast<int>(sizeof(Raw));

/// Calls take(raw, packs, i) for what a lane reads: up to so many packs at a time, the first of them number i.
template <int V, class S, class Take>
__device__ void over_batches(const ReducePlan& plan, const ReducePlan::Place& at, const S& source, int64_t offset,
                             const Take& take) {
  using Raw = typename S::template Raw<V>;
  constexpr int most = packs_in_flight<Raw>;
  for (int64_t i = at.first; i < at.last; i += most * plan.lanes) {
    Raw raw[most];
    int packs = 0;
#pragma unroll
    for (int u = 0; u < most; ++u) {
      const int64_t unit = i + u * plan.lanes;
      if (unit < at.last) {
        raw[u] = source.template load<V>(offset + plan.reduced.offset(unit));
        packs = u + 1;
      }
    }
    take(raw, packs, i);
  }
}

/// What a batch comes to by a reducer that looks twice.
template <class B, class S, int V, class Raw, int most>
__device__ typename B::Acc look_twice(const Raw (&raw)[most], int packs) {
  auto first = B::First::start();
#pragma unroll
  for (int u = 0; u < most; ++u) {
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (u < packs) first = B::First::step(first, S::value(raw[u], k));
    }
  }
  const auto context = B::context(first, packs * V);
  auto second = B::Second::start();
#pragma unroll
  for (int u = 0; u < most; ++u) {
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (u < packs) second = B::Second::step(second, S::value(raw[u], k), context);
    }
  }
  return B::combine(context, second, packs * V);
}

/// For __launch_bounds__; 0: as ptxas likes. Without the bound it spills registers of large accumulators.
template <class R>
constexpr int least_blocks = sizeof(typename R::Acc) >= 16 ? 2 : 0;

/// One output a lane: axis 0 is reduced.
template <int V, class R, class S>
__global__ void __launch_bounds__(ReducePlan::threads, least_blocks<R>)
    reduce_rows(const __grid_constant__ ReducePlan plan, const R r, const S source, typename R::Acc* partial) {
  using Acc = typename R::Acc;
  const ReducePlan::Place at = plan.place(blockIdx.x, static_cast<int>(threadIdx.x));
  int64_t offset[2] = {0, 0};
  if (at.active > 0) plan.kept.locate(at.output, offset);
  Acc acc;
  if constexpr (TwoLooks<R>) {
    acc = Acc{};
    over_batches<V>(plan, at, source, offset[1], [&](const auto& raw, int packs, int64_t i) {
      const Acc batch = look_twice<typename R::Batch, S, V>(raw, packs);
      acc = i == at.first ? batch : r.merge(acc, batch);
    });
  } else {
    // Four running values: shorter chains, smaller rounding errors.
    Acc running[4] = {r.start(), r.start(), r.start(), r.start()};
    const auto context = r.context(at.active > 0 ? at.output : 0);
    over_batches<V>(plan, at, source, offset[1], [&](const auto& raw, int packs, int64_t i) {
#pragma unroll
      for (int u = 0; u < static_cast<int>(sizeof(raw) / sizeof(raw[0])); ++u) {
        if (u >= packs) break;
        const int64_t position = (i + u * plan.lanes) * V;
#pragma unroll
        for (int k = 0; k < V; ++k) {
          Acc& to = running[(u * V + k) % 4];
          to = r.step(to, S::value(raw[u], k), context, position + k);
        }
      }
    });
    acc = r.merge(r.merge(running[0], running[1]), r.merge(running[2], running[3]));
  }
  merge_neighbours(r, acc, at.lane, plan.lanes, at.active);
  if (at.lane != 0 || at.active == 0) return;
  if (plan.pieces == 1) {
    r.store(at.output, offset[0], acc);
  } else {
    partial[at.output * plan.pieces + at.piece] = acc;
  }
}

/// V neighbouring outputs a lane: axis 0 is kept.
template <int V, class R, class S>
__global__ void __launch_bounds__(ReducePlan::threads, least_blocks<R>)
    reduce_columns(const __grid_constant__ ReducePlan plan, const R r, const S source, typename R::Acc* partial) {
  using Acc = typename R::Acc;
  const ReducePlan::Place at = plan.place(blockIdx.x, static_cast<int>(threadIdx.x));
  int64_t offset[2] = {0, 0};
  if (at.active > 0) plan.kept.locate(at.output, offset);
  Acc acc[V];
  if constexpr (TwoLooks<R>) {
    static_assert(V == 1);
    acc[0] = Acc{};
    over_batches<V>(plan, at, source, offset[1], [&](const auto& raw, int packs, int64_t i) {
      const Acc batch = look_twice<typename R::Batch, S, V>(raw, packs);
      acc[0] = i == at.first ? batch : r.merge(acc[0], batch);
    });
  } else {
    decltype(r.context(0)) context[V];
#pragma unroll
    for (int k = 0; k < V; ++k) {
      acc[k] = r.start();
      context[k] = r.context(at.active > 0 ? at.output * V + k : 0);
    }
    over_batches<V>(plan, at, source, offset[1], [&](const auto& raw, int packs, int64_t i) {
#pragma unroll
      for (int u = 0; u < static_cast<int>(sizeof(raw) / sizeof(raw[0])); ++u) {
        if (u >= packs) break;
#pragma unroll
        for (int k = 0; k < V; ++k) acc[k] = r.step(acc[k], S::value(raw[u], k), context[k], i + u * plan.lanes);
      }
    });
  }
  // The lanes of an output lie a row of threads apart.
  __shared__ Acc of_thread[V][ReducePlan::threads];
  const int across = ReducePlan::threads >> plan.lanes_log;
  for (int distance = plan.lanes / 2; distance > 0; distance /= 2) {
#pragma unroll
    for (int k = 0; k < V; ++k) of_thread[k][threadIdx.x] = acc[k];
    __syncthreads();
    if (at.lane < distance && at.lane + distance < at.active) {
#pragma unroll
      for (int k = 0; k < V; ++k) acc[k] = r.merge(acc[k], of_thread[k][threadIdx.x + distance * across]);
    }
    __syncthreads();
  }
  if (at.lane != 0 || at.active == 0) return;
#pragma unroll
  for (int k = 0; k < V; ++k) {
    const int64_t output = at.output * V + k;
    if (plan.pieces == 1) {
      r.store(output, offset[0] + k * plan.out_step, acc[k]);
    } else {
      partial[output * plan.pieces + at.piece] = acc[k];
    }
  }
}

/// Puts the pieces of each output together.
template <class R>
__global__ void __launch_bounds__(ReducePlan::threads)
    merge_pieces(const __grid_constant__ ReducePlan plan, const R r, const typename R::Acc* partial, int lanes_log) {
  const int lanes = 1 << lanes_log;
  const int lane = static_cast<int>(threadIdx.x) & (lanes - 1);
  const int64_t output = int64_t{blockIdx.x} * (ReducePlan::threads >> lanes_log) + (threadIdx.x >> lanes_log);
  const int pieces = static_cast<int>(plan.pieces);
  const int active = output >= plan.outputs() ? 0 : pieces < lanes ? pieces : lanes;
  typename R::Acc acc{};
  if (lane < active) {
    const typename R::Acc* of_output = partial + output * pieces;
    acc = of_output[lane];
    for (int p = lane + lanes; p < pieces; p += lanes) acc = r.merge(acc, of_output[p]);
  }
  merge_neighbours(r, acc, lane, lanes, active);
  if (lane != 0 || active == 0) return;
  int64_t offset[2];
  const int64_t pack = plan.columns ? plan.packs.quotient(output) : output;
  plan.kept.locate(pack, offset);
  r.store(output, plan.columns ? offset[0] + (output - pack * plan.width) * plan.out_step : offset[0], acc);
}

template <bool columns, int V, class R, class S>
Status reduce_packs(const Loop& loop, const Launch& launch, const R& r, const S& source) {
  const ReducePlan plan = plan_reduction(loop, V);
  if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many outputs"};
  const Workspace partial(
      launch, plan.pieces > 1 ? static_cast<size_t>(plan.outputs() * plan.pieces) * sizeof(typename R::Acc) : 0);
  if (plan.pieces > 1 && !partial) return no_memory;
  auto* parts = partial.template as<typename R::Acc>();
  const auto blocks = static_cast<unsigned>(plan.blocks());
  const cudaStream_t stream = stream_of(launch);
  if constexpr (columns) {
    reduce_columns<V><<<blocks, ReducePlan::threads, 0, stream>>>(plan, r, source, parts);
  } else {
    reduce_rows<V><<<blocks, ReducePlan::threads, 0, stream>>>(plan, r, source, parts);
  }
  if (plan.pieces > 1) {
    int lanes_log = 0;
    while (lanes_log < ReducePlan::threads_log && 1 << lanes_log < plan.pieces) ++lanes_log;
    const int64_t merging = ceil_div(plan.outputs(), ReducePlan::threads >> lanes_log);
    merge_pieces<<<static_cast<unsigned>(merging), ReducePlan::threads, 0, stream>>>(plan, r, parts, lanes_log);
  }
  return launched();
}

}  // namespace detail

/// Reduces what the source has along the loop's axes whose output stride is 0.
template <class R, class S>
Status reduce(const Loop& loop, const Launch& launch, const R& r, const S& source) {
  const OnDevice on(launch);
  // What a lane keeps of its columns has to fit into registers.
  constexpr int fits = 64 / static_cast<int>(sizeof(typename R::Acc));
  constexpr int in_rows = S::width, in_columns = TwoLooks<R> || fits < 1 ? 1 : fits < in_rows ? fits : in_rows;
  if (is_reduced(loop, 0)) {
    if (source.is_aligned() && packs_fit(loop, in_rows)) {
      return detail::reduce_packs<false, in_rows>(loop, launch, r, source);
    }
    return detail::reduce_packs<false, 1>(loop, launch, r, source);
  }
  if (source.is_aligned() && packs_fit(loop, in_columns)) {
    return detail::reduce_packs<true, in_columns>(loop, launch, r, source);
  }
  return detail::reduce_packs<true, 1>(loop, launch, r, source);
}

namespace detail {

template <class M>
struct LooksOf {};
template <class M>
requires requires { typename M::First; }
struct LooksOf<M> {
  using Batch = M;
};

/// A reduction of core/math that writes its result to an array.
template <class M, class T>
struct MathReducer : LooksOf<M> {
  using Acc = typename M::Acc;

  MathReducer(const M& m, T* to, int64_t n) : math(m), out(to), count(n) {}

  __device__ NoContext context(int64_t) const { return {}; }
  __device__ Acc start() const { return M::start(); }
  __device__ Acc step(const Acc& acc, Compute<T> x, NoContext, int64_t) const { return M::step(acc, x); }
  __device__ Acc merge(const Acc& a, const Acc& b) const { return M::merge(a, b); }
  __device__ void store(int64_t, int64_t offset, const Acc& acc) const {
    out[offset] = math::convert<T>(math.finish(acc, count));
  }

  M math;
  T* out;
  int64_t count;
};

}  // namespace detail

/// The kernel of a reduction M<T> of core/math, T being what the dtype computes in. `values` are its data members.
template <template <class> class M, DTypes Accepted, class... Values>
Status reduction(const Loop& loop, const Launch& launch, Values... values) {
  return by_dtype<Accepted>(loop.dtype[1], [&]<class T>(Type<T>) {
    int64_t count = 1;
    for (int axis = 0; axis < loop.axes; ++axis) count *= is_reduced(loop, axis) ? loop.shape[axis] : 1;
    using Of = M<Compute<T>>;
    const detail::MathReducer<Of, T> reducer(Of{values...}, static_cast<T*>(loop.data[0]), count);
    return reduce(loop, launch, reducer, ArraySource<T>{static_cast<const T*>(loop.data[1])});
  });
}

}  // namespace tenon::inline v0::cuda_backend
