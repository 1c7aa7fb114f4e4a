#pragma once
#include <cstdint>

/// Marks a functor that CPU and CUDA kernels share. Always inlined: the objects of an instruction-set level must not
/// define a function that the linker could hand to everybody.
#ifdef __CUDACC__
#define TENON_INLINE __host__ __device__ __forceinline__
#else
#define TENON_INLINE [[gnu::always_inline]] inline
#endif

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// Whether this is compiled for a device: the bodies of shared functions may differ there, nothing else may. A device
/// has instructions for conversions between float and 16 bits, with the rounding of ours but for a nan's payload.
#ifdef __CUDA_ARCH__
inline constexpr bool on_device = true;

TENON_INLINE uint16_t device_half_bits(float x) {
  uint16_t bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return bits;
}
TENON_INLINE float from_device_half_bits(uint16_t bits) {
  float x;
  asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"(bits));
  return x;
}
TENON_INLINE uint16_t device_bfloat_bits(float x) {
  uint16_t bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return bits;
}
#else
inline constexpr bool on_device = false;

// Never called.
uint16_t device_half_bits(float x);
float from_device_half_bits(uint16_t bits);
uint16_t device_bfloat_bits(float x);
#endif

}  // namespace math
}  // namespace v0
}  // namespace tenon
