#include "tenon/core/ops/exponential.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::unary_on_floats;

Array exp(const Array& x) { return unary_on_floats(kernels.exponential.exp, x); }
Array expm1(const Array& x) { return unary_on_floats(kernels.exponential.expm1, x); }
Array log(const Array& x) { return unary_on_floats(kernels.exponential.log, x); }
Array log1p(const Array& x) { return unary_on_floats(kernels.exponential.log1p, x); }
Array log2(const Array& x) { return unary_on_floats(kernels.exponential.log2, x); }
Array sqrt(const Array& x) { return unary_on_floats(kernels.exponential.sqrt, x); }
Array rsqrt(const Array& x) { return unary_on_floats(kernels.exponential.rsqrt, x); }
Array erf(const Array& x) { return unary_on_floats(kernels.exponential.erf, x); }

Array pow(const Array& a, const Array& b) { return detail::binary(kernels.exponential.pow, a, b); }
Array pow(Scalar a, const Array& b) { return detail::binary(kernels.exponential.pow, a, b); }
Array pow(const Array& a, Scalar b) {
  detail::check_defined("pow", a);
  const double exponent = b.to<double>();
  const DType type = result_type(a, b);
  TENON_CHECK(is_floating(type) || exponent >= 0, ValueError, "pow: integers have no negative powers, got exponent ",
              exponent);
  if (exponent == 1) return clone(cast(a, type));
  if (exponent == 2 && type != bool_) return square(cast(a, type));
  if (exponent == 0.5) return sqrt(cast(a, type));
  if (exponent == -1) return reciprocal(cast(a, type));
  return detail::binary(kernels.exponential.pow, a, b);
}

}  // namespace tenon::inline v0
