#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; of `pow`: out, base, exponent; all of one dtype.
struct ExponentialKernels {
  Slot<ElementwiseKernel> exp{"exp", floating}, expm1{"expm1", floating}, log{"log", floating},
      log1p{"log1p", floating}, log2{"log2", floating}, sqrt{"sqrt", floating}, rsqrt{"rsqrt", floating},
      erf{"erf", floating};
  Slot<ElementwiseKernel> pow{"pow", numeric};
};

}  // namespace v0
}  // namespace tenon
