#pragma once

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

/// Whether this is compiled for a device: the bodies of shared functions may differ there, nothing else may.
#ifdef __CUDA_ARCH__
inline constexpr bool on_device = true;
#else
inline constexpr bool on_device = false;
#endif

}  // namespace math
}  // namespace v0
}  // namespace tenon
