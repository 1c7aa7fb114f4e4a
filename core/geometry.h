// Internal: what shapes and strides are to each other.
#pragma once
#include "tenon/core/kernels/view.h"
#include "tenon/core/shape.h"

namespace tenon::inline v0::detail {

/// The Layout flags of a shape with these strides.
uint8_t layout_of(const int64_t* shape, const int64_t* strides, int ndim);
/// Throws ShapeError where they overflow; sizes of 0 count as 1.
Shape row_major_strides(const Shape& shape);
/// Strides of the dense array that keeps the order of `view`'s strides.
Shape dense_strides_in_order(const View& view);
/// The strides under which the elements of `view` can be read as `shape` (same number of elements), if there are any.
bool strides_for_reshape(const View& view, const Shape& shape, Shape& strides);

}  // namespace tenon::inline v0::detail
