// Internal: reductions over any axes by a kernel whose output has stride 0 along them.
#pragma once
#include <utility>

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0::detail {

/// The shape that a reduction leaves.
Shape reduced_shape(const Shape& shape, uint32_t mask, bool keepdim);

/// The operands of a reduction of `x` into a new array of dtype `result`. Where x has no elements, the result is full
/// of `empty_value` already and the loop must not be run. Throws DTypeError.
struct ReductionPlan {
  ReductionPlan(const char* op, DTypes accepted, const Array& x, const Axes& axes, bool keepdim, DType result,
                double empty_value);

  Array out;
  Loop loop;
  int64_t count = 1;  ///< elements that each output is made of
};

/// Runs the kernel over `x`; `options` are what it takes besides the loop.
template <class S, class... Options>
Array reduce(const S& slot, const Array& x, const Axes& axes, bool keepdim, double empty_value,
             const Options&... options) {
  ReductionPlan plan(slot.name(), slot.accepted(), x, axes, keepdim, x.dtype(), empty_value);
  if (x.numel() > 0) run(slot, x.device(), x.dtype(), plan.loop, options...);
  return std::move(plan.out);
}
/// The same for a kernel that makes of a single element that element: a copy does.
Array reduce_or_copy(const ElementwiseSlot& slot, const Array& x, const Axes& axes, bool keepdim, double empty_value);

}  // namespace tenon::inline v0::detail
