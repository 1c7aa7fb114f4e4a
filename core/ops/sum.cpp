#include "tenon/core/ops/sum.h"

#include <cmath>
#include <limits>

#include "tenon/core/check.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/reduce.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::reduce;
using detail::reduce_or_copy;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Sums of integers are int64.
Array sum_of(const detail::ElementwiseSlot& slot, const Array& x, const Axes& axes, bool keepdim, double empty_value) {
  if (is_floating(x.dtype())) return reduce_or_copy(slot, x, axes, keepdim, empty_value);
  return reduce_or_copy(slot, cast(x, int64), axes, keepdim, empty_value);
}

}  // namespace

Array sum(const Array& x, const Axes& axes, bool keepdim) { return sum_of(kernels.sum.sum, x, axes, keepdim, 0); }
Array prod(const Array& x, const Axes& axes, bool keepdim) { return sum_of(kernels.sum.prod, x, axes, keepdim, 1); }
Array mean(const Array& x, const Axes& axes, bool keepdim) {
  return reduce_or_copy(kernels.sum.mean, x, axes, keepdim, nan);
}
Array var(const Array& x, const Axes& axes, VarOptions options) {
  return reduce(kernels.sum.var, x, axes, options.keepdim, nan, VarianceOptions{options.correction, false});
}
Array std(const Array& x, const Axes& axes, VarOptions options) {
  return reduce(kernels.sum.std, x, axes, options.keepdim, nan, VarianceOptions{options.correction, true});
}

Array norm(const Array& x, double p, const Axes& axes, bool keepdim) {
  TENON_CHECK(p == 1 || p == 2 || p == std::numeric_limits<double>::infinity(), ValueError,
              "norm: p must be 1, 2 or infinity, got ", p);
  return reduce(p == 1 ? kernels.sum.norm1 : p == 2 ? kernels.sum.norm2 : kernels.sum.norm_inf, x, axes, keepdim, 0);
}

Array logsumexp(const Array& x, const Axes& axes, bool keepdim) {
  return reduce_or_copy(kernels.sum.logsumexp, x, axes, keepdim, -std::numeric_limits<double>::infinity());
}

}  // namespace tenon::inline v0
