#pragma once

/// Marks a functor that CPU and CUDA kernels share. Always inlined: the objects of an instruction-set level must not
/// define a function that the linker could hand to everybody.
#ifdef __CUDACC__
#define TENON_INLINE __host__ __device__ __forceinline__
#else
#define TENON_INLINE [[gnu::always_inline]] inline
#endif
