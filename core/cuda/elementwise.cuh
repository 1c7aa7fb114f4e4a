// Walks a Loop with a functor: out = f(in...). Where rows are contiguous a thread moves up to 16 bytes an operand at a
// time, else an element.
#pragma once
#include <utility>

#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/walk.h"

namespace tenon::inline v0::cuda_backend {

/// An input of type T. One that does not move with the innermost axis is read once a step.
template <class T>
struct Input {
  const T* data;  ///< null: `value` is the operand
  T value;
  bool unit;

  Input(const Loop& loop, int operand)
      : data(static_cast<const T*>(loop.data[operand])), value(), unit(is_unit(loop, operand)) {
    if (!data) __builtin_memcpy(&value, loop.immediate, sizeof(T));
  }

  /// What `Width` elements from `at` compute as.
  template <int Width>
  __device__ __forceinline__ Pack<T, Width> fetch(int32_t at) const {
    if constexpr (Width > 1) {
      if (unit) return load_pack<Width>(data + at);
    }
    const T one = data ? data[at] : value;
    Pack<T, Width> pack;
#pragma unroll
    for (int i = 0; i < Width; ++i) pack.v[i] = one;
    return pack;
  }
};

namespace detail {

template <class F, int Width, class Out, class... In>
__device__ __forceinline__ Pack<Out, Width> compute(const F& f, const Pack<In, Width>&... in) {
  Pack<Out, Width> out;
#pragma unroll
  for (int i = 0; i < Width; ++i) out.v[i] = math::convert<Out>(f.call(math::load(in.v[i])...));
  return out;
}

/// One pack of every input.
template <size_t I, class T>
struct Held {
  T pack;
};
template <class Indices, class... T>
struct Row;
template <size_t... I, class... T>
struct Row<std::index_sequence<I...>, T...> : Held<I, T>... {};

template <int Width, class Out, class... In, size_t... I, class F, class Walk>
__device__ __forceinline__ void run_elementwise(std::index_sequence<I...> indices, const Walk& walk, const F& f,
                                                Out* out, const Input<In>&... in) {
  int32_t at[walk_steps][1 + sizeof...(In)];
  Row<decltype(indices), Pack<In, Width>...> rows[walk_steps];
  // All loads come before the first use.
#pragma unroll
  for (uint32_t s = 0; s < walk_steps; ++s) {
    const uint32_t step = step_of(blockIdx.x, threadIdx.x, s);
    if (step >= walk.count) continue;
    walk.offsets(step, at[s]);
    ((static_cast<Held<I, Pack<In, Width>>&>(rows[s]).pack = in.template fetch<Width>(at[s][I + 1])), ...);
  }
#pragma unroll
  for (uint32_t s = 0; s < walk_steps; ++s) {
    if (step_of(blockIdx.x, threadIdx.x, s) >= walk.count) continue;
    store_pack(out + at[s][0],
               compute<F, Width, Out, In...>(f, static_cast<Held<I, Pack<In, Width>>&>(rows[s]).pack...));
  }
  if constexpr (Width > 1) {
    // There is a tail only where there is one axis, which every operand that moves walks by 1.
    if (blockIdx.x == 0 && threadIdx.x < walk.tail) {
      const int32_t i = static_cast<int32_t>(walk.count * Width + threadIdx.x);
      out[i] = compute<F, 1, Out, In...>(f, in.template fetch<1>(in.unit ? i : 0)...).v[0];
    }
  }
}

template <int Width, class F, class Out, class... In>
__global__ void __launch_bounds__(walk_threads)
    elementwise_kernel(const __grid_constant__ Walk<1 + sizeof...(In)> walk, const F f, Out* out,
                       const __grid_constant__ Input<In>... in) {
  run_elementwise<Width, Out, In...>(std::index_sequence_for<In...>(), walk, f, out, in...);
}

template <int Width, class F, class Out, class... In>
Status launch_elementwise(const Loop& loop, const Launch& launch, const F& f, const Input<In>&... in) {
  const auto walk = walk_of<1 + sizeof...(In)>(loop, Width);
  elementwise_kernel<Width>
      <<<blocks_for(walk.count), walk_threads, 0, stream_of(launch)>>>(walk, f, static_cast<Out*>(loop.data[0]), in...);
  return launched();
}

template <class... T>
constexpr size_t largest = 0;
template <class T>
constexpr size_t largest<T> = sizeof(T);
template <class T, class U, class... V>
constexpr size_t largest<T, U, V...> = sizeof(T) > largest<U, V...> ? sizeof(T) : largest<U, V...>;

template <class F, class Out, class... In, size_t... I>
Status elementwise_by(const Loop& whole, const Launch& launch, const F& f, std::index_sequence<I...>) {
  constexpr int operands = 1 + sizeof...(In), width = 16 / largest<Out, In...>;
  const OnDevice on(launch);
  return over_pieces(whole, operands, [&](const Loop& loop) {
    if (can_step(loop, operands, width)) {
      return launch_elementwise<width, F, Out>(loop, launch, f, Input<In>(loop, I + 1)...);
    }
    return launch_elementwise<1, F, Out>(loop, launch, f, Input<In>(loop, I + 1)...);
  });
}

}  // namespace detail

/// out = f.call(in...), computed as math/compute.h says and converted to Out. Operand 0 is the output.
template <class F, class Out, class... In>
Status elementwise(const Loop& loop, const Launch& launch, const F& f = {}) {
  return detail::elementwise_by<F, Out, In...>(loop, launch, f, std::index_sequence_for<In...>());
}

/// The kernel of a functor whose output has the dtype of its inputs.
template <class F, DTypes Accepted>
Status unary(const Loop& loop, const Launch& launch) {
  return by_dtype<Accepted>(loop.dtype[1], [&]<class T>(Type<T>) { return elementwise<F, T, T>(loop, launch); });
}
template <class F, DTypes Accepted>
Status binary(const Loop& loop, const Launch& launch) {
  return by_dtype<Accepted>(loop.dtype[1], [&]<class T>(Type<T>) { return elementwise<F, T, T, T>(loop, launch); });
}

}  // namespace tenon::inline v0::cuda_backend
