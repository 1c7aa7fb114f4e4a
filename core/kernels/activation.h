#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; of a gradient out, dy, and the op's output (relu, sigmoid, tanh) or its input (gelu, silu).
struct ActivationKernels {
  Slot<ElementwiseKernel> relu{"relu", numeric}, relu_grad{"relu_grad", floating};
  Slot<ElementwiseKernel> sigmoid{"sigmoid", floating}, sigmoid_grad{"sigmoid_grad", floating};
  Slot<ElementwiseKernel> tanh{"tanh", floating}, tanh_grad{"tanh_grad", floating};
  Slot<ElementwiseKernel> silu{"silu", floating}, silu_grad{"silu_grad", floating};
  Slot<ElementwiseKernel> gelu{"gelu", floating}, gelu_grad{"gelu_grad", floating};
  /// By the tanh formula.
  Slot<ElementwiseKernel> gelu_tanh{"gelu", floating}, gelu_tanh_grad{"gelu_grad", floating};
};

}  // namespace v0
}  // namespace tenon
