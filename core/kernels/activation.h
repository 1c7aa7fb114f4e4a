#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; or, of a gradient, out, dy, and x or y as the op's doc says.
struct ActivationKernels {
  Slot<ElementwiseKernel> relu{"relu", numeric}, relu_grad{"relu_grad", floating};
};

}  // namespace v0
}  // namespace tenon
