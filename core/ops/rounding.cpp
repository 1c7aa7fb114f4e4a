#include "tenon/core/ops/rounding.h"

#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

Array rounded(const detail::ElementwiseSlot& slot, const Array& x) {
  return is_integral(x.dtype()) ? clone(x) : detail::unary(slot, x);
}

}  // namespace

Array floor(const Array& x) { return rounded(kernels.rounding.floor, x); }
Array ceil(const Array& x) { return rounded(kernels.rounding.ceil, x); }
Array round(const Array& x) { return rounded(kernels.rounding.round, x); }
Array trunc(const Array& x) { return rounded(kernels.rounding.trunc, x); }

}  // namespace tenon::inline v0
