#include "tenon/core/ops/sum.h"

#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/reduce.h"

namespace tenon::inline v0 {

using detail::kernels;

Array sum(const Array& x, const Axes& axes, bool keepdim) {
  if (!is_floating(x.dtype()) && x.dtype() != int64) return sum(cast(x, int64), axes, keepdim);
  return detail::reduce(kernels.sum.sum, x, axes, keepdim, x.dtype(), 0);
}

}  // namespace tenon::inline v0
