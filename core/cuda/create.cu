#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/fill.h"

namespace tenon::inline v0::cuda_backend {

namespace {

constexpr int threads = 256;

template <class T>
__global__ void __launch_bounds__(threads) sequence_kernel(T* out, const Sequence s, int64_t n) {
  using C = typename math::Compute<T>::type;
  const int64_t i = static_cast<int64_t>(blockIdx.x) * threads + threadIdx.x;
  if (i >= n) return;
  if constexpr (!math::is_float<C>) {
    out[i] = static_cast<T>(static_cast<uint64_t>(s.integer_start) +
                            static_cast<uint64_t>(i) * static_cast<uint64_t>(s.integer_step));
  } else if (s.has_end && i >= n / 2) {
    out[i] = math::convert<T>(s.end - static_cast<double>(n - 1 - i) * s.step);
  } else {
    out[i] = math::convert<T>(s.start + static_cast<double>(i) * s.step);
  }
}

Status sequence(const View& out, const Sequence& s, const Launch& launch) {
  const int64_t n = out.numel();
  if (n == 0) return {};
  const OnDevice on(launch);
  return by_dtype<numeric>(out.dtype, [&]<class T>(Type<T>) {
    sequence_kernel<<<static_cast<uint32_t>((n + threads - 1) / threads), threads, 0, stream_of(launch)>>>(out.as<T>(),
                                                                                                           s, n);
    return launched();
  });
}

}  // namespace

void fill_create(Backend& backend) { backend.create.sequence = sequence; }

}  // namespace tenon::inline v0::cuda_backend
