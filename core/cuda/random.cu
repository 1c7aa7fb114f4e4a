// The CPU's numbers, bit for bit: compiled without fused multiply-add (see core/math/random.h). A thread makes a block
// of four words.
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/math/random.h"

namespace tenon::inline v0::cuda_backend {

namespace {

using math::random::per_block;

constexpr int threads = 256;

uint32_t blocks_for(int64_t random_blocks) { return static_cast<uint32_t>((random_blocks + threads - 1) / threads); }

__device__ __forceinline__ int64_t random_block() { return static_cast<int64_t>(blockIdx.x) * threads + threadIdx.x; }

struct Words {
  uint32_t a, b, c, d;
};
__device__ __forceinline__ Words words_of(const RandomKey& key, int64_t block) {
  const uint64_t counter = key.offset + static_cast<uint64_t>(block);
  Words w{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
  math::philox(w.a, w.b, w.c, w.d, key.seed);
  return w;
}

template <int Count, class T, class Make>
__global__ void __launch_bounds__(threads)
    fill_kernel(T* out, int64_t n, const RandomKey key, const Make make, bool packed) {
  const int64_t block = random_block(), first = block * Count;
  if (first >= n) return;
  const Words w = words_of(key, block);
  Pack<T, Count> pack;
  make(w.a, w.b, w.c, w.d, pack.v);
  if (packed && first + Count <= n) {
    store_pack(out + first, pack);
    return;
  }
#pragma unroll
  for (int i = 0; i < Count; ++i) {
    if (first + i < n) out[first + i] = pack.v[i];  // the last block may be cut
  }
}

template <int Count, class T, class Make>
Status fill_blocks(const View& out, const RandomKey& key, const Make& make, const Launch& launch) {
  const int64_t n = out.numel();
  if (n == 0) return {};
  const OnDevice on(launch);
  fill_kernel<Count><<<blocks_for((n + Count - 1) / Count), threads, 0, stream_of(launch)>>>(
      out.as<T>(), n, key, make, aligned_for_packs(out.as<T>()));
  return launched();
}

template <template <class> class Make>
Status fill(const View& out, double a, double b, const RandomKey& key, const Launch& launch) {
  return by_dtype<floating>(out.dtype, [&]<class T>(Type<T>) {
    using C = typename math::Compute<T>::type;
    return fill_blocks<per_block<T>, T>(out, key, Make<T>{static_cast<C>(a), static_cast<C>(b)}, launch);
  });
}

Status uniform(const View& out, double low, double high, const RandomKey& key, const Launch& launch) {
  return fill<math::random::Uniform>(out, low, high - low, key, launch);
}

Status integer(const View& out, int64_t low, uint64_t range, const RandomKey& key, const Launch& launch) {
  return fill_blocks<2, int64_t>(out, key, math::random::Integer{low, range}, launch);
}

template <class T>
__global__ void __launch_bounds__(threads)
    dropout_kernel(T* out, const T* x, int64_t n, const RandomKey key, uint32_t threshold,
                   typename math::Compute<T>::type scale, bool packed) {
  using C = typename math::Compute<T>::type;
  const int64_t block = random_block(), first = block * 4;
  if (first >= n) return;
  const bool whole = packed && first + 4 <= n;
  Pack<T, 4> pack;
  if (whole) {
    pack = load_pack<4>(x + first);
  } else {
#pragma unroll
    for (int i = 0; i < 4; ++i) pack.v[i] = x[first + i < n ? first + i : first];
  }
  const Words w = words_of(key, block);
  const uint32_t words[4] = {w.a, w.b, w.c, w.d};
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const C scaled = math::load(pack.v[i]) * scale;
    pack.v[i] = T(words[i] < threshold ? C(0) : scaled);
  }
  if (whole) {
    store_pack(out + first, pack);
    return;
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (first + i < n) out[first + i] = pack.v[i];
  }
}

Status dropout(const View& out, const View& x, double p, const RandomKey& key, const Launch& launch) {
  const int64_t n = out.numel();
  if (n == 0) return {};
  const auto threshold = static_cast<uint32_t>(p * 0x1p32);
  const OnDevice on(launch);
  return by_dtype<floating>(out.dtype, [&]<class T>(Type<T>) {
    const bool packed = aligned_for_packs(out.as<T>(), x.as<T>());
    dropout_kernel<<<blocks_for((n + 3) / 4), threads, 0, stream_of(launch)>>>(
        out.as<T>(), x.as<const T>(), n, key, threshold, static_cast<typename math::Compute<T>::type>(1 / (1 - p)),
        packed);
    return launched();
  });
}

}  // namespace

void fill_random(Backend& backend) {
  RandomKernels& k = backend.random;
  k.uniform = uniform;
  k.normal = fill<math::random::Normal>;
  k.integer = integer;
  k.dropout = dropout;
}

}  // namespace tenon::inline v0::cuda_backend
