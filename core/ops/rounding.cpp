#include "tenon/core/ops/rounding.h"

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;

Array floor(const Array& x) { return detail::unary(kernels.rounding.floor, x); }
Array ceil(const Array& x) { return detail::unary(kernels.rounding.ceil, x); }
Array round(const Array& x) { return detail::unary(kernels.rounding.round, x); }
Array trunc(const Array& x) { return detail::unary(kernels.rounding.trunc, x); }

}  // namespace tenon::inline v0
