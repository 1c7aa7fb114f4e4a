#include "tenon/core/ops/extremum.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/axis.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/reduce.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::reduce_or_copy;

namespace {

/// Throws ShapeError where an axis in `mask` has no elements to choose from.
void check_choice(const char* op, const Array& x, uint32_t mask) {
  for (int i = 0; i < x.ndim(); ++i) {
    TENON_CHECK(!(mask >> i & 1) || x.size(i) > 0, ShapeError, op, ": axis ", i, " of ", x.shape(), " has no elements");
  }
}

Array extreme(const Slot<ReductionKernel>& slot, const char* op, const Array& x, const Axes& axes, bool keepdim) {
  TENON_CHECK(x.defined(), ValueError, op, ": the input is not defined");
  check_choice(op, x, axes.mask(x.ndim(), op));
  return reduce_or_copy(slot, x, axes, keepdim, 0);
}

/// `wants_values`: else only the positions.
Indexed<Array> extreme_along(const Slot<ExtremeKernel>& slot, const Array& x0, int64_t axis, bool keepdim,
                             bool wants_values) {
  TENON_CHECK(x0.defined(), ValueError, slot.name(), ": the input is not defined");
  const int at = normalize_axis_or_scalar(axis, x0.ndim(), slot.name());
  check_choice(slot.name(), x0, 1u << at);
  const Array x = contiguous(x0);
  const Shape shape = detail::reduced_shape(x.shape(), 1u << at, keepdim);
  Indexed<Array> result;
  result.indices = empty(shape.begin(), shape.ndim(), int64, x.device());
  View values{nullptr, nullptr, nullptr, 0, x.dtype(), 0};
  if (wants_values) {
    result.values = empty(shape.begin(), shape.ndim(), x.dtype(), x.device());
    values = result.values.raw();
  }
  if (x.numel() == 0) return result;
  detail::run(slot, x.device(), x.dtype(), values, result.indices.raw(), x.raw(), detail::axis_loop(x.shape(), at));
  return result;
}

Array reduce_bools(const Slot<ReductionKernel>& slot, const Array& x, const Axes& axes, bool keepdim, bool of_nothing) {
  TENON_CHECK(x.defined(), ValueError, slot.name(), ": the input is not defined");
  return reduce_or_copy(slot, cast(x, bool_), axes, keepdim, of_nothing);
}

Array arg(const Slot<ExtremeKernel>& slot, const Array& x) {
  TENON_CHECK(x.defined(), ValueError, slot.name(), ": the input is not defined");
  TENON_CHECK(x.numel() > 0, ShapeError, slot.name(), ": ", x.shape(), " has no elements");
  return extreme_along(slot, reshape(x, {-1}), 0, false, false).indices;
}

}  // namespace

Array amax(const Array& x, const Axes& axes, bool keepdim) {
  return extreme(kernels.extremum.amax, "amax", x, axes, keepdim);
}
Array amin(const Array& x, const Axes& axes, bool keepdim) {
  return extreme(kernels.extremum.amin, "amin", x, axes, keepdim);
}
Array max(const Array& x) { return extreme(kernels.extremum.amax, "max", x, {}, false); }
Array min(const Array& x) { return extreme(kernels.extremum.amin, "min", x, {}, false); }
Indexed<Array> max(const Array& x, int64_t axis, bool keepdim) {
  return extreme_along(kernels.extremum.max, x, axis, keepdim, true);
}
Indexed<Array> min(const Array& x, int64_t axis, bool keepdim) {
  return extreme_along(kernels.extremum.min, x, axis, keepdim, true);
}
Array argmax(const Array& x) { return arg(kernels.extremum.argmax, x); }
Array argmin(const Array& x) { return arg(kernels.extremum.argmin, x); }
Array argmax(const Array& x, int64_t axis, bool keepdim) {
  return extreme_along(kernels.extremum.argmax, x, axis, keepdim, false).indices;
}
Array argmin(const Array& x, int64_t axis, bool keepdim) {
  return extreme_along(kernels.extremum.argmin, x, axis, keepdim, false).indices;
}
Array any(const Array& x, const Axes& axes, bool keepdim) {
  return reduce_bools(kernels.extremum.any, x, axes, keepdim, false);
}
Array all(const Array& x, const Axes& axes, bool keepdim) {
  return reduce_bools(kernels.extremum.all, x, axes, keepdim, true);
}

}  // namespace tenon::inline v0
