// One thread for each of n pieces of work, which a functor of (int32_t or int64_t) does.
#pragma once
#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

inline constexpr int each_threads = 256;

// Three blocks a multiprocessor: more need fewer registers than some functors, which then spill.
template <class Index, class F>
__global__ void __launch_bounds__(each_threads, 3) each_kernel(Index n, F f) {
  const Index t = Index(blockIdx.x) * each_threads + Index(threadIdx.x);
  if (t < n) f(t);
}

/// n is at most 2^30 for int32_t, 2^39 for int64_t.
template <class Index, class F>
Status each(Index n, const F& f, const Launch& launch) {
  const auto blocks = static_cast<unsigned>((n + each_threads - 1) / each_threads);
  if (blocks > 0) each_kernel<<<blocks, each_threads, 0, stream_of(launch)>>>(n, f);
  return launched();
}

}  // namespace tenon::inline v0::cuda_backend
