// Values of other threads of a warp.
#pragma once
#include <cstdint>
#include <cstring>

namespace tenon::inline v0::cuda_backend {

/// `value` as word by word `exchange` gives it: a __shfl_..._sync of uint32_t.
template <class A, class Exchange>
__device__ __forceinline__ A shuffled(const A& value, const Exchange& exchange) {
  constexpr int words = (sizeof(A) + 3) / 4;
  uint32_t word[words] = {};
  memcpy(word, &value, sizeof(A));
#pragma unroll
  for (int k = 0; k < words; ++k) word[k] = exchange(word[k]);
  A other;
  memcpy(&other, word, sizeof(A));
  return other;
}
/// That of the thread `distance` lanes on, or back. All threads of the warp take part.
template <class A>
__device__ __forceinline__ A shuffle_down(const A& value, int distance) {
  return shuffled(value, [=](uint32_t word) { return __shfl_down_sync(0xffffffffu, word, distance); });
}
template <class A>
__device__ __forceinline__ A shuffle_up(const A& value, int distance) {
  return shuffled(value, [=](uint32_t word) { return __shfl_up_sync(0xffffffffu, word, distance); });
}

}  // namespace tenon::inline v0::cuda_backend
