// Whole lists of arrays: optimizer steps, norm and clipping of gradients. One launch for any number of arrays.
#include <new>
#include <utility>
#include <vector>

#include "tenon/core/cuda/chunks.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/kept_words.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/shuffle.cuh"
#include "tenon/core/math/update.h"

namespace tenon::inline v0::cuda_backend {

namespace {

constexpr int threads = 256;

template <class T>
using Compute = typename math::Compute<T>::type;

/// An operand's part of a chunk. That it is in global memory the compiler sees of arguments only, not of what a table
/// says; loads and stores of anything else cost more.
template <class T, int Operands>
__device__ __forceinline__ T* operand(const Place<Operands>& place, int number) {
  T* data = place.template as<T>(number);
  __builtin_assume(__isGlobal(data));
  return data;
}

/// What this block works on. All its threads take part.
template <int Operands>
__device__ __forceinline__ Place<Operands> place_of(const Chunks<Operands>& chunks, uint32_t block) {
  if (!chunks.far) return chunks.place(chunks.near, chunks.group_of(block), block);
  const auto thread = static_cast<int32_t>(threadIdx.x);
  Search search{0, chunks.count};
  while (search.width > 1) {
    search.narrow(__syncthreads_count(search.is_low_enough(chunks.firsts(chunks.far), block, thread, threads)),
                  threads);
  }
  return chunks.place(chunks.far, search.low, block);
}

template <class Step, class T, class... State>
__device__ __forceinline__ void update_element(const Step& step, Compute<T> scale, T& p, const T& g, State&... states) {
  Compute<T> value = math::load(p);
  const auto run = [&](auto... state) {
    step(value, math::load(g) * scale, state...);
    ((states = math::convert<T>(state)), ...);
  };
  run(math::load(states)...);
  p = math::convert<T>(value);
}

template <class Step, class T, class... State>
__device__ __forceinline__ void update_chunk(const Step& step, Compute<T> scale, int32_t n, T* p, const T* g,
                                             State*... states) {
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

/// The addresses of UpdateControl.
struct Control {
  const float* inverse_scale;
  const bool* found_bad;
  int64_t* skipped;
};

/// Blocks a multiprocessor that ptxas makes room for: with more it spills registers.
template <class T, int Operands>
constexpr int least_blocks = sizeof(T) == 2 && Operands == 4 ? 2 : 3;

/// `step` is made for the number in the options.
template <class T, int Operands, class Step, class Options>
__global__ void __launch_bounds__(threads, least_blocks<T, Operands>)
    update_kernel(const __grid_constant__ Chunks<Operands> chunks, Step step, const __grid_constant__ Options options,
                  const Control control) {
  if (control.found_bad && *control.found_bad) {
    // Nobody reads the count while a flag is set, and nobody writes it while none is.
    if (control.skipped && blockIdx.x == 0 && threadIdx.x == 0) ++*control.skipped;
    return;
  }
  if (const int64_t skipped = control.skipped ? *control.skipped : 0) {
    __shared__ typename Step::Now now;
    if (threadIdx.x == 0) now = Step::at(options, options.step - skipped);
    __syncthreads();
    step.now = now;
  }
  const Compute<T> scale = control.inverse_scale ? Compute<T>(*control.inverse_scale) : Compute<T>(1);
  const Place<Operands> at = place_of(chunks, blockIdx.x);
  T *p = operand<T>(at, 0), *g = operand<T>(at, 1);
  if constexpr (Operands == 2) {
    update_chunk(step, scale, at.n, p, g);
  } else if constexpr (Operands == 3) {
    update_chunk(step, scale, at.n, p, g, operand<T>(at, 2));
  } else {
    update_chunk(step, scale, at.n, p, g, operand<T>(at, 2), operand<T>(at, 3));
  }
}

/// Calls f(element) for a thread's part of a chunk; with `write`, what was made of it is stored.
template <bool write, class T, class F>
__device__ __forceinline__ void over_chunk(const Place<1>& at, const F& f) {
  constexpr int w = pack_of(sizeof(T));
  T* x = operand<T>(at, 0);
  const bool packed = aligned_for_packs(x);
  for (int32_t i = static_cast<int32_t>(threadIdx.x) * w; i < at.n; i += threads * w) {
    if (packed && i + w <= at.n) {
      Pack<T, w> pack = load_pack<w>(x + i);
#pragma unroll
      for (int k = 0; k < w; ++k) f(pack.v[k]);
      if (write) store_pack(x + i, pack);
    } else {
      for (int32_t k = i; k < i + w && k < at.n; ++k) {
        T one = x[k];
        f(one);
        if (write) x[k] = one;
      }
    }
  }
}

/// Every thread that meets an element that is not finite writes the same byte.
template <class T>
__global__ void __launch_bounds__(threads, 3)
    find_bad_kernel(const __grid_constant__ Chunks<1> chunks, bool* found_bad) {
  bool bad = false;
  over_chunk<false, T>(place_of(chunks, blockIdx.x), [&](const T& x) { bad |= math::is_bad(math::load(x)); });
  if (bad) *found_bad = true;
}

/// Multiplies by a number in device memory.
template <class C>
struct Times {
  C factor;
  __device__ __forceinline__ C operator()(C x) const { return x * factor; }
};
template <class C>
struct ScaleBy {
  const C* factor;
  __device__ __forceinline__ Times<C> operator()() const { return {*factor}; }
};
template <class C>
struct ClipBy {
  const C* norm;
  double most;
  __device__ __forceinline__ Times<C> operator()() const { return {math::clip_factor(*norm, most)}; }
};
template <class C>
struct ClampBy {
  C most;
  __device__ __forceinline__ math::ClampTo<C> operator()() const { return {most}; }
};

/// x = f(x), f being what `make` gives.
template <class T, class Make>
__global__ void __launch_bounds__(threads, 3)
    apply_kernel(const __grid_constant__ Chunks<1> chunks, const Make make, bool* found_bad) {
  const auto f = make();
  if constexpr (requires { f.factor; }) {
    if (!found_bad && f.factor == Compute<T>(1)) return;  // mostly, when norms are clipped
  }
  bool bad = false;
  over_chunk<true, T>(place_of(chunks, blockIdx.x), [&](T& x) {
    const Compute<T> value = math::load(x);
    bad |= math::is_bad(value);
    x = math::convert<T>(f(value));
  });
  if (found_bad && bad) *found_bad = true;
}

/// The sum over a block's threads, in fixed order, for thread 0. All threads take part.
__device__ __forceinline__ double block_sum(double x) {
  __shared__ double of_warp[threads / 32];
#pragma unroll
  for (int distance = 16; distance > 0; distance /= 2) x += shuffle_down(x, distance);
  if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = x;
  __syncthreads();
  double sum = 0;
#pragma unroll
  for (int warp = 0; warp < threads / 32; ++warp) sum += of_warp[warp];
  __syncthreads();
  return sum;
}

/// So many blocks share the chunks of a norm, whatever the device: what the last one has to put together stays small.
constexpr uint32_t norm_blocks = 4096;

/// Each block puts its sum into `parts`; the one that ends last puts these together, in their order. A thread adds up
/// the squares of a chunk in what the dtype computes in; all else is in double.
template <class T>
__global__ void __launch_bounds__(threads, 3)
    norm_kernel(const __grid_constant__ Chunks<1> chunks, double* parts, uint32_t* counter, Compute<T>* norm) {
  double sum = 0;
  for (uint32_t block = blockIdx.x; block < chunks.blocks; block += gridDim.x) {
    Compute<T> squares = 0;
    over_chunk<false, T>(place_of(chunks, block), [&](const T& x) {
      const Compute<T> value = math::load(x);
      squares += value * value;
    });
    sum += squares;
  }
  sum = block_sum(sum);
  __shared__ bool is_last;
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = sum;
    __threadfence();
    is_last = atomicInc(counter, gridDim.x - 1) == gridDim.x - 1;  // it is 0 again then
  }
  __syncthreads();
  if (!is_last) return;
  __threadfence();
  sum = 0;
  for (uint32_t i = threadIdx.x; i < gridDim.x; i += threads) sum += __ldcg(parts + i);
  sum = block_sum(sum);
  if (threadIdx.x == 0) *norm = static_cast<Compute<T>>(sqrt(sum));
}

__global__ void scaler_kernel(const ScalerUpdate options, float* scale, float* inverse, int32_t* growth,
                              bool* found_bad, int64_t n) {
  bool bad = false;
  for (int64_t i = threadIdx.x; i < n; i += 32) {
    bad |= found_bad[i];
    found_bad[i] = false;
  }
  bad = __any_sync(0xffffffffu, bad);
  if (threadIdx.x != 0) return;
  math::update_scale(options, bad, *scale, *growth);
  *inverse = static_cast<float>(1. / *scale);
}

/// Calls f(chunks, type) with the list as a kernel takes it, unless all its arrays are empty.
template <int Operands, class F>
Status over_list(const UpdateList& list, const Launch& launch, const F& f) {
  const OnDevice on(launch);
  return by_dtype<floating>(list.arrays[0].dtype, [&]<class T>(Type<T> type) -> Status {
    constexpr Status too_large{StatusCode::unsupported, "the list has more elements than one launch covers"};
    Chunks<Operands> chunks(chunk_of(sizeof(T)));
    if (list.count <= chunks.near_groups) {
      if (!chunks.fill(list, chunks.near)) return too_large;
      return chunks.blocks > 0 ? f(chunks, type) : Status{};
    }
    try {
      std::vector<uint64_t> words(static_cast<size_t>(chunks.words_of(list.count)));
      if (!chunks.fill(list, words.data())) return too_large;
      if (chunks.blocks == 0) return {};
      words.resize(static_cast<size_t>(chunks.words_of(chunks.count)));
      const KeptWords kept(launch, std::move(words));
      if (kept.status().code != StatusCode::ok) return kept.status();
      chunks.far = kept.data();
      return f(chunks, type);
    } catch (const std::bad_alloc&) {
      return {StatusCode::out_of_memory, "no host memory is left for the list's table"};
    }
  });
}

template <int Operands, template <class> class Step, class Options>
Status update(const UpdateList& list, const Options& options, const UpdateControl& control, const Launch& launch) {
  const Control addresses{control.inverse_scale.as<const float>(), control.found_bad.as<const bool>(),
                          control.skipped.as<int64_t>()};
  return over_list<Operands>(list, launch, [&]<class T>(const Chunks<Operands>& chunks, Type<T>) {
    const Step<Compute<T>> step(options, options.step);
    update_kernel<T><<<chunks.blocks, threads, 0, stream_of(launch)>>>(chunks, step, options, addresses);
    return launched();
  });
}

Status sgd(const UpdateList& list, const SgdUpdate& options, const UpdateControl& control, const Launch& launch) {
  return list.operands == 3 ? update<3, math::SgdMomentum>(list, options, control, launch)
                            : update<2, math::Sgd>(list, options, control, launch);
}

Status adam(const UpdateList& list, const AdamUpdate& options, const UpdateControl& control, const Launch& launch) {
  return update<4, math::Adam>(list, options, control, launch);
}

Status find_bad(const UpdateList& list, const View& found_bad, const Launch& launch) {
  return over_list<1>(list, launch, [&]<class T>(const Chunks<1>& chunks, Type<T>) {
    find_bad_kernel<T><<<chunks.blocks, threads, 0, stream_of(launch)>>>(chunks, found_bad.as<bool>());
    return launched();
  });
}

Status norm(const UpdateList& list, const View& result, const Launch& launch) {
  bool is_empty = true;
  const Status status = over_list<1>(list, launch, [&]<class T>(const Chunks<1>& chunks, Type<T>) -> Status {
    is_empty = false;
    const uint32_t blocks = chunks.blocks < norm_blocks ? chunks.blocks : norm_blocks;
    const Workspace parts(launch, blocks * sizeof(double));
    uint32_t* counter = counter_of(launch);
    if (!parts || !counter) return no_memory;
    norm_kernel<T>
        <<<blocks, threads, 0, stream_of(launch)>>>(chunks, parts.as<double>(), counter, result.as<Compute<T>>());
    return launched();
  });
  if (!is_empty || status.code != StatusCode::ok) return status;
  const OnDevice on(launch);
  TENON_CUDA_CHECK(cudaMemsetAsync(result.data, 0, size_of(result.dtype), stream_of(launch)));
  return {};
}

/// `make(C)` gives what makes the functor that computes in C.
template <class Make>
Status apply(const UpdateList& list, const View& found_bad, const Launch& launch, const Make& make) {
  return over_list<1>(list, launch, [&]<class T>(const Chunks<1>& chunks, Type<T>) {
    apply_kernel<T><<<chunks.blocks, threads, 0, stream_of(launch)>>>(chunks, make(Compute<T>()), found_bad.as<bool>());
    return launched();
  });
}

Status scale(const UpdateList& list, const View& factor, const View& found_bad, const Launch& launch) {
  return apply(list, found_bad, launch, [&]<class C>(C) { return ScaleBy<C>{factor.as<const C>()}; });
}

Status clip(const UpdateList& list, const View& norm, double most, const Launch& launch) {
  return apply(list, View{}, launch, [&]<class C>(C) { return ClipBy<C>{norm.as<const C>(), most}; });
}

Status clamp(const UpdateList& list, double most, const Launch& launch) {
  return apply(list, View{}, launch, [&]<class C>(C) { return ClampBy<C>{C(most)}; });
}

Status scaler(const ScalerUpdate& options, const View& scale, const View& inverse, const View& growth,
              const View& found_bad, const Launch& launch) {
  const OnDevice on(launch);
  scaler_kernel<<<1, 32, 0, stream_of(launch)>>>(options, scale.as<float>(), inverse.as<float>(), growth.as<int32_t>(),
                                                 found_bad.as<bool>(), found_bad.numel());
  return launched();
}

}  // namespace

void fill_update(Backend& backend) {
  UpdateKernels& k = backend.update;
  k.sgd = sgd;
  k.adam = adam;
  k.find_bad = find_bad;
  k.norm = norm;
  k.scale = scale;
  k.clip = clip;
  k.clamp = clamp;
  k.scaler = scaler;
}

}  // namespace tenon::inline v0::cuda_backend
