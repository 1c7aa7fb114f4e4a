#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, a, b (binary) or out, x (unary), all of one dtype.
struct ArithmeticKernels {
  Slot<ElementwiseKernel> add{"add"}, sub{"sub", numeric}, mul{"mul"}, div{"div", floating};
  Slot<ElementwiseKernel> maximum{"maximum"}, minimum{"minimum"}, remainder{"remainder", numeric};
  Slot<ElementwiseKernel> neg{"neg", numeric}, abs{"abs", numeric}, sign{"sign", numeric}, square{"square", numeric},
      reciprocal{"reciprocal", floating};
};

}  // namespace v0
}  // namespace tenon
