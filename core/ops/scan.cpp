#include "tenon/core/ops/scan.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/axis.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

Array scan(const Slot<AxisKernel>& slot, const Array& x0, int64_t axis) {
  TENON_CHECK(x0.defined(), ValueError, slot.name(), ": the input is not defined");
  const int at = normalize_axis_or_scalar(axis, x0.ndim(), slot.name());
  const Array x = contiguous(is_floating(x0.dtype()) ? x0 : cast(x0, int64));
  Array out = empty(x.shape(), x.dtype(), x.device());
  if (x.numel() > 0) {
    detail::run(slot, x.device(), x.dtype(), out.raw(), x.raw(), detail::axis_loop(x.shape(), at));
  }
  return out;
}

}  // namespace

Array cumsum(const Array& x, int64_t axis) { return scan(kernels.scan.cumsum, x, axis); }
Array cumprod(const Array& x, int64_t axis) { return scan(kernels.scan.cumprod, x, axis); }

Array linear_scan(const Array& a0, const Array& b0, int64_t axis) {
  const Device device = detail::common_device("linear_scan", {&a0, &b0}, "a b");
  const Shape shape = broadcast_shapes(a0.shape(), b0.shape(), "linear_scan");
  const int at = normalize_axis(axis, shape.ndim(), "linear_scan");
  const DType type = result_type(a0, b0);
  const auto operand = [&](const Array& x) { return contiguous(expand(cast(x.to(device), type), shape)); };
  const Array a = operand(a0), b = operand(b0);
  Array h = empty(shape, type, device);
  if (h.numel() > 0) {
    detail::run(kernels.scan.linear_scan, device, type, h.raw(), a.raw(), b.raw(), detail::axis_loop(shape, at));
  }
  return h;
}

}  // namespace tenon::inline v0
