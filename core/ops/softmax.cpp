#include "tenon/core/ops/softmax.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/axis.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

Array along(const Slot<AxisKernel>& slot, const Array& x0, int64_t axis) {
  TENON_CHECK(x0.defined(), ValueError, slot.name(), ": the input is not defined");
  const int at = normalize_axis_or_scalar(axis, x0.ndim(), slot.name());
  if (!contains(slot.accepted(), x0.dtype())) detail::throw_wrong_dtype(slot.name(), x0.dtype(), slot.accepted());
  const Array x = contiguous(x0);
  Array out = empty(x.shape(), x.dtype(), x.device());
  if (x.numel() > 0) {
    detail::run(slot, x.device(), x.dtype(), out.raw(), x.raw(), detail::axis_loop(x.shape(), at));
  }
  return out;
}

Array gradient(const Slot<SoftmaxGradKernel>& slot, const Array& dy0, const Array& y0, int64_t axis) {
  TENON_CHECK(dy0.defined() && y0.defined(), ValueError, slot.name(), ": an input is not defined");
  TENON_CHECK(dy0.shape() == y0.shape(), ShapeError, slot.name(), ": dy is ", dy0.shape(), ", y is ", y0.shape());
  detail::check_same_device(slot.name(), y0, {&dy0}, "y dy");
  const int at = normalize_axis_or_scalar(axis, y0.ndim(), slot.name());
  const Array y = contiguous(y0), dy = contiguous(cast(dy0, y.dtype()));
  Array dx = empty(y.shape(), y.dtype(), y.device());
  if (y.numel() > 0) {
    detail::run(slot, y.device(), y.dtype(), dx.raw(), dy.raw(), y.raw(), detail::axis_loop(y.shape(), at));
  }
  return dx;
}

}  // namespace

Array softmax(const Array& x, int64_t axis) { return along(kernels.softmax.softmax, x, axis); }
Array log_softmax(const Array& x, int64_t axis) { return along(kernels.softmax.log_softmax, x, axis); }
Array softmax_grad(const Array& dy, const Array& y, int64_t axis) {
  return gradient(kernels.softmax.softmax_grad, dy, y, axis);
}
Array log_softmax_grad(const Array& dy, const Array& y, int64_t axis) {
  return gradient(kernels.softmax.log_softmax_grad, dy, y, axis);
}

}  // namespace tenon::inline v0
