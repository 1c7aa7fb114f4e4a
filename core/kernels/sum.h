#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; the output's stride is 0 along the reduced axes, and its elements are written, not added to.
struct SumKernels {
  Slot<ElementwiseKernel> sum{"sum", numeric};
};

}  // namespace v0
}  // namespace tenon
