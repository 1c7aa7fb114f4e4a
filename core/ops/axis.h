// Internal: ops along one axis of row-major arrays.
#pragma once
#include "tenon/core/array.h"
#include "tenon/core/kernels/axis.h"

namespace tenon::inline v0::detail {

/// [what lies outside the axis, the axis, what lies inside]; an array of no dimensions has an axis of one element.
inline AxisLoop axis_loop(const Shape& shape, int axis) {
  AxisLoop loop{1, shape.ndim() == 0 ? 1 : shape[axis], 1};
  for (int i = 0; i < axis; ++i) loop.outer *= shape[i];
  for (int i = axis + 1; i < shape.ndim(); ++i) loop.inner *= shape[i];
  return loop;
}

}  // namespace tenon::inline v0::detail
