#include "tenon/core/ops/trigonometric.h"

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::unary_on_floats;

Array sin(const Array& x) { return unary_on_floats(kernels.trigonometric.sin, x); }
Array cos(const Array& x) { return unary_on_floats(kernels.trigonometric.cos, x); }
Array tan(const Array& x) { return unary_on_floats(kernels.trigonometric.tan, x); }
Array asin(const Array& x) { return unary_on_floats(kernels.trigonometric.asin, x); }
Array acos(const Array& x) { return unary_on_floats(kernels.trigonometric.acos, x); }
Array atan(const Array& x) { return unary_on_floats(kernels.trigonometric.atan, x); }
Array sinh(const Array& x) { return unary_on_floats(kernels.trigonometric.sinh, x); }
Array cosh(const Array& x) { return unary_on_floats(kernels.trigonometric.cosh, x); }
Array atan2(const Array& y, const Array& x) {
  const DType type = detail::floating_for(result_type(y, x));
  return detail::binary_as(kernels.trigonometric.atan2, y, x, type, type);
}

}  // namespace tenon::inline v0
