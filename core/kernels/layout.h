#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; their dtypes may differ: `copy` converts.
struct LayoutKernels {
  Slot<ElementwiseKernel> copy{"copy"};
};

}  // namespace v0
}  // namespace tenon
