// Optimizer steps: one pass over each parameter, its gradient and its state, hundreds of parameters in one launch.
#include "tenon/core/cuda/chunks.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/math/update.h"

namespace tenon::inline v0::cuda_backend {

namespace {

constexpr int threads = 256;
/// Groups that travel with a launch: the largest table that CUDA's 32764 bytes of arguments hold, and a small one,
/// which costs the host less.
constexpr int small_table = 64, large_table = 640;

template <class Step, class T, class... State>
__device__ __forceinline__ void update_element(const Step& step, typename math::Compute<T>::type scale, T& p,
                                               const T& g, State&... states) {
  using C = typename math::Compute<T>::type;
  C value = math::load(p);
  const auto run = [&](auto... state) {
    step(value, math::load(g) * scale, state...);
    ((states = math::convert<T>(state)), ...);
  };
  run(math::load(states)...);
  p = math::convert<T>(value);
}

template <class Step, class T, class... State>
__device__ __forceinline__ void update_chunk(const Step& step, typename math::Compute<T>::type scale, int32_t n, T* p,
                                             const T* g, State*... states) {
  constexpr int w = pack_of(sizeof(T));
  const bool packed = aligned_for_packs(p, g, states...);
  for (int32_t i = static_cast<int32_t>(threadIdx.x) * w; i < n; i += threads * w) {
    if (packed && i + w <= n) {
      const auto run = [&](Pack<T, w> value, const Pack<T, w>& gradient, auto... state) {
#pragma unroll
        for (int k = 0; k < w; ++k) {
          update_element(step, scale, value.v[k], gradient.v[k], state.v[k]...);
        }
        store_pack(p + i, value);
        (store_pack(states + i, state), ...);
      };
      run(load_pack<w>(p + i), load_pack<w>(g + i), load_pack<w>(states + i)...);
    } else {
      for (int32_t k = i; k < i + w && k < n; ++k) update_element(step, scale, p[k], g[k], states[k]...);
    }
  }
}

template <class T, int Operands, int Capacity, class Step>
__global__ void __launch_bounds__(threads, 3)
    update_kernel(const __grid_constant__ Chunks<Operands, Capacity> chunks, const Step step,
                  const float* inverse_scale, const bool* found_bad) {
  using C = typename math::Compute<T>::type;
  if (found_bad && *found_bad) return;
  const C scale = inverse_scale ? C(*inverse_scale) : C(1);
  const int32_t group = chunks.group_of(blockIdx.x);
  const int64_t start = chunks.start_of(group, blockIdx.x);
  const int32_t n = chunks.size_of_chunk(group, start);
  const auto array = [&](int o) { return static_cast<T*>(chunks.array[group][o]) + start; };
  if constexpr (Operands == 2) {
    update_chunk(step, scale, n, array(0), array(1));
  } else if constexpr (Operands == 3) {
    update_chunk(step, scale, n, array(0), array(1), array(2));
  } else {
    update_chunk(step, scale, n, array(0), array(1), array(2), array(3));
  }
}

/// Every thread that meets a gradient that is not finite writes the same byte.
template <class T, int Capacity>
__global__ void __launch_bounds__(threads, 3)
    find_bad_kernel(const __grid_constant__ Chunks<1, Capacity> chunks, bool* found_bad) {
  using C = typename math::Compute<T>::type;
  constexpr int w = pack_of(sizeof(T));
  const int32_t group = chunks.group_of(blockIdx.x);
  const int64_t start = chunks.start_of(group, blockIdx.x);
  const int32_t n = chunks.size_of_chunk(group, start);
  const T* g = static_cast<const T*>(chunks.array[group][0]) + start;
  const bool packed = aligned_for_packs(g);
  bool bad = false;
  const auto look = [&](const T& x) {
    const C zero = math::load(x) * C(0);
    bad |= zero != C(0);  // nan, from nan or infinity
  };
  for (int32_t i = static_cast<int32_t>(threadIdx.x) * w; i < n; i += threads * w) {
    if (packed && i + w <= n) {
      const Pack<T, w> pack = load_pack<w>(g + i);
#pragma unroll
      for (int k = 0; k < w; ++k) look(pack.v[k]);
    } else {
      for (int32_t k = i; k < i + w && k < n; ++k) look(g[k]);
    }
  }
  if (bad) *found_bad = true;
}

/// Calls f(chunks) for tables that cover the list.
template <int Capacity, int Operands, class F>
Status over_tables(const UpdateList& list, const int (&operands)[Operands], const F& f) {
  int64_t next = 0;
  while (next < list.count) {
    Chunks<Operands, Capacity> chunks;
    while (next < list.count && chunks.add(list.arrays + next * list.operands, operands)) ++next;
    if (chunks.blocks == 0) break;  // nothing but empty arrays is left
    const Status status = f(chunks);
    if (status.code != StatusCode::ok) return status;
  }
  return {};
}
template <int Operands, class F>
Status over_list(const UpdateList& list, const int (&operands)[Operands], const F& f) {
  if (list.count <= small_table) return over_tables<small_table>(list, operands, f);
  return over_tables<large_table>(list, operands, f);
}

template <int Operands>
struct AllOf;
template <>
struct AllOf<2> {
  static constexpr int operands[] = {0, 1};
};
template <>
struct AllOf<3> {
  static constexpr int operands[] = {0, 1, 2};
};
template <>
struct AllOf<4> {
  static constexpr int operands[] = {0, 1, 2, 3};
};

/// `make(C)` gives the functor that computes in C.
template <int Operands, class Make>
Status update(const UpdateList& list, const View& inverse_scale, const View& found_bad, const Launch& launch,
              const Make& make) {
  if (list.count == 0) return {};
  const OnDevice on(launch);
  return by_dtype<floating>(list.arrays[0].dtype, [&]<class T>(Type<T>) {
    using C = typename math::Compute<T>::type;
    if (bool* bad = found_bad.as<bool>()) {
      const Status status = over_list(list, {1}, [&]<int Capacity>(const Chunks<1, Capacity>& chunks) {
        find_bad_kernel<T><<<chunks.blocks, threads, 0, stream_of(launch)>>>(chunks, bad);
        return launched();
      });
      if (status.code != StatusCode::ok) return status;
    }
    const auto step = make(C());
    return over_list(list, AllOf<Operands>::operands, [&]<int Capacity>(const Chunks<Operands, Capacity>& chunks) {
      update_kernel<T><<<chunks.blocks, threads, 0, stream_of(launch)>>>(chunks, step, inverse_scale.as<const float>(),
                                                                         found_bad.as<const bool>());
      return launched();
    });
  });
}

Status sgd(const UpdateList& list, const SgdUpdate& options, const View& inverse_scale, const View& found_bad,
           const Launch& launch) {
  if (list.operands == 3) {
    return update<3>(list, inverse_scale, found_bad, launch, [&]<class C>(C) { return math::SgdMomentum<C>(options); });
  }
  return update<2>(list, inverse_scale, found_bad, launch, [&]<class C>(C) { return math::Sgd<C>(options); });
}

Status adam(const UpdateList& list, const AdamUpdate& options, const View& inverse_scale, const View& found_bad,
            const Launch& launch) {
  const double step = static_cast<double>(options.step);
  const double correction1 = 1 - __builtin_pow(options.beta1, step),
               correction2 = 1 - __builtin_pow(options.beta2, step);
  return update<4>(list, inverse_scale, found_bad, launch,
                   [&]<class C>(C) { return math::Adam<C>(options, correction1, correction2); });
}

}  // namespace

void fill_update(Backend& backend) {
  UpdateKernels& k = backend.update;
  k.sgd = sgd;
  k.adam = adam;
}

}  // namespace tenon::inline v0::cuda_backend
