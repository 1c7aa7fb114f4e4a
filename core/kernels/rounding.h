#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x, of one dtype.
struct RoundingKernels {
  Slot<ElementwiseKernel> floor{"floor", floating}, ceil{"ceil", floating}, round{"round", floating},
      trunc{"trunc", floating};
};

}  // namespace v0
}  // namespace tenon
