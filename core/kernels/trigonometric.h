#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; of `atan2`: out, y, x; all of one dtype.
struct TrigonometricKernels {
  Slot<ElementwiseKernel> sin{"sin", floating}, cos{"cos", floating}, tan{"tan", floating}, asin{"asin", floating},
      acos{"acos", floating}, atan{"atan", floating}, sinh{"sinh", floating}, cosh{"cosh", floating},
      atan2{"atan2", floating};
};

}  // namespace v0
}  // namespace tenon
