// The CPU's numbers, bit for bit: compiled without fused multiply-add (see core/math/random.h).
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/random_work.h"

namespace tenon::inline v0::cuda_backend {

namespace {

using math::random::per_block;

constexpr int threads = 256;

template <class Work>
__global__ void __launch_bounds__(threads) random_kernel(int64_t blocks, const Work work) {
  const int64_t block = static_cast<int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (block < blocks) work(block);
}

template <class Work>
Status run_blocks(const Work& work, const Launch& launch) {
  const int64_t blocks = work.blocks();
  if (blocks == 0) return {};
  const OnDevice on(launch);
  random_kernel<<<static_cast<uint32_t>((blocks + threads - 1) / threads), threads, 0, stream_of(launch)>>>(blocks,
                                                                                                            work);
  return launched();
}

template <int Count, class T, class Make>
Status fill_blocks(const View& out, const RandomKey& key, const Make& make, const Launch& launch) {
  T* to = out.as<T>();
  return run_blocks(FillBlock<Count, T, Make>{to, out.numel(), key, make, aligned_for_packs(to)}, launch);
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

Status dropout(const View& out, const View& x, double p, const RandomKey& key, const Launch& launch) {
  const auto threshold = static_cast<uint32_t>(p * 0x1p32);
  return by_dtype<floating>(out.dtype, [&]<class T>(Type<T>) {
    using C = typename math::Compute<T>::type;
    T* to = out.as<T>();
    const T* from = x.as<const T>();
    return run_blocks(
        DropBlock<T>{to, from, out.numel(), key, threshold, static_cast<C>(1 / (1 - p)), aligned_for_packs(to, from)},
        launch);
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
