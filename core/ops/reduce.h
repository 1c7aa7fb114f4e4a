// Internal: reductions over any axes by a kernel whose output has stride 0 along them.
#pragma once
#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0::detail {

/// The shape that a reduction leaves.
Shape reduced_shape(const Shape& shape, uint32_t mask, bool keepdim);
/// Runs the kernel over `x` into a new array of dtype `result`. `empty_value` fills the result of no elements.
Array reduce(const ElementwiseSlot& slot, const Array& x, const Axes& axes, bool keepdim, DType result,
             Scalar empty_value);

}  // namespace tenon::inline v0::detail
