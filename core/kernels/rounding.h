#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x, of one dtype.
struct RoundingKernels {
  Slot<ElementwiseKernel> floor{"floor", numeric}, ceil{"ceil", numeric}, round{"round", numeric},
      trunc{"trunc", numeric};
};

}  // namespace v0
}  // namespace tenon
