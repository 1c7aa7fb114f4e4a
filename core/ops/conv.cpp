#include "tenon/core/ops/conv.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/images.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

ConvGeometry geometry_of(const Conv2dOptions& o, const char* op) {
  detail::check_window(o.stride, 1, "stride", op);
  detail::check_window(o.padding, 0, "padding", op);
  detail::check_window(o.dilation, 1, "dilation", op);
  TENON_CHECK(o.groups > 0, ValueError, op, ": expected at least 1 group, got ", o.groups);
  return {{o.stride.h, o.stride.w}, {o.padding.h, o.padding.w}, {o.dilation.h, o.dilation.w}, o.groups};
}

/// How many places the window has along height (0) or width (1).
int64_t places(int64_t size, int64_t kernel, const ConvGeometry& g, int axis) {
  return detail::places(size, kernel, g.stride[axis], g.padding[axis], g.dilation[axis]);
}

/// The dtype of a result; an empty one is of no other than the kernel would give. Throws DTypeError.
template <class Slot>
DType common_dtype(const Slot& slot, const Array& a, const Array& b) {
  const DType type = promote(a.dtype(), b.dtype());
  if (!contains(slot.accepted(), type)) detail::throw_wrong_dtype(slot.name(), type, slot.accepted());
  return type;
}

void check_weight(const Array& weight, const char* op) {
  TENON_CHECK(weight.ndim() == 4 && weight.size(2) > 0 && weight.size(3) > 0, ShapeError, op,
              ": expected a weight [out, in / groups, height, width], got ", weight.shape());
}

}  // namespace

Array conv2d(const Array& x0, const Array& weight0, const Array& bias0, const Conv2dOptions& options) {
  const ConvGeometry g = geometry_of(options, "conv2d");
  detail::check_image(x0, "conv2d");
  const Device device =
      detail::common_device("conv2d", {&x0, &weight0, bias0.defined() ? &bias0 : &x0}, "x weight bias");
  check_weight(weight0, "conv2d");
  const int64_t out = weight0.size(0), in = weight0.size(1) * g.groups, kh = weight0.size(2), kw = weight0.size(3);
  TENON_CHECK(x0.size(1) == in, ShapeError, "conv2d: expected ", in, in == 1 ? " input channel" : " input channels",
              ", got ", x0.size(1), " (input ", x0.shape(), ")");
  TENON_CHECK(out % g.groups == 0, ShapeError, "conv2d: ", out, " output channels do not divide into ", g.groups,
              " groups");
  TENON_CHECK(!bias0.defined() || (bias0.ndim() == 1 && bias0.size(0) == out), ShapeError, "conv2d: expected a bias [",
              out, "], got ", bias0.shape());
  const int64_t oh = places(x0.size(2), kh, g, 0), ow = places(x0.size(3), kw, g, 1);
  TENON_CHECK(oh > 0 && ow > 0, ShapeError, "conv2d: a kernel of ", kh, " x ", kw, " does not fit the input ",
              x0.shape(), " (padding ", g.padding[0], " x ", g.padding[1], ", dilation ", g.dilation[0], " x ",
              g.dilation[1], ")");
  DType type = common_dtype(kernels.conv.conv2d, x0, weight0);
  if (bias0.defined()) type = promote(type, bias0.dtype());
  const Array y = detail::empty_image(x0.size(0), out, oh, ow, type, device);
  if (y.numel() == 0) return y;
  const Array x = detail::as_channels_last(cast(x0, type)), weight = contiguous(cast(weight0, type));
  const Array bias = bias0.defined() ? contiguous(cast(bias0, type)) : bias0;
  const View added = bias.defined() ? bias.raw() : View{nullptr, nullptr, nullptr, 0, type, 0};
  detail::run(kernels.conv.conv2d, device, type, y.raw(), x.raw(), weight.raw(), added, g, options.activation);
  return y;
}

Array conv2d_input_grad(const Array& dy0, const Array& weight0, Pair input, const Conv2dOptions& options) {
  const char* op = "conv2d_input_grad";
  const ConvGeometry g = geometry_of(options, op);
  detail::check_image(dy0, op);
  const Device device = detail::common_device(op, {&dy0, &weight0}, "dy weight");
  check_weight(weight0, op);
  TENON_CHECK(weight0.size(0) % g.groups == 0, ShapeError, op, ": ", weight0.size(0),
              " output channels do not divide into ", g.groups, " groups");
  const int64_t oh = places(input.h, weight0.size(2), g, 0), ow = places(input.w, weight0.size(3), g, 1);
  TENON_CHECK(dy0.size(1) == weight0.size(0) && dy0.size(2) == oh && dy0.size(3) == ow, ShapeError, op,
              ": expected a gradient [n, ", weight0.size(0), ", ", oh, ", ", ow, "], got ", dy0.shape());
  const DType type = common_dtype(kernels.conv.input_grad, dy0, weight0);
  const Array dx = detail::empty_image(dy0.size(0), weight0.size(1) * g.groups, input.h, input.w, type, device);
  if (dx.numel() == 0) return dx;
  const Array dy = detail::as_channels_last(cast(dy0, type)), weight = contiguous(cast(weight0, type));
  detail::run(kernels.conv.input_grad, device, type, dx.raw(), dy.raw(), weight.raw(), g);
  return dx;
}

Array conv2d_weight_grad(const Array& dy0, const Array& x0, Pair kernel, const Conv2dOptions& options) {
  const char* op = "conv2d_weight_grad";
  const ConvGeometry g = geometry_of(options, op);
  detail::check_image(dy0, op);
  detail::check_image(x0, op);
  const Device device = detail::common_device(op, {&dy0, &x0}, "dy x");
  TENON_CHECK(kernel.h > 0 && kernel.w > 0, ShapeError, op, ": expected a kernel of at least 1 x 1, got ", kernel.h,
              " x ", kernel.w);
  const int64_t oh = places(x0.size(2), kernel.h, g, 0), ow = places(x0.size(3), kernel.w, g, 1);
  TENON_CHECK(dy0.size(0) == x0.size(0) && dy0.size(2) == oh && dy0.size(3) == ow, ShapeError, op,
              ": expected a gradient [", x0.size(0), ", out, ", oh, ", ", ow, "], got ", dy0.shape());
  TENON_CHECK(dy0.size(1) % g.groups == 0 && x0.size(1) % g.groups == 0, ShapeError, op, ": ", x0.size(1),
              " input and ", dy0.size(1), " output channels do not divide into ", g.groups, " groups");
  const DType type = common_dtype(kernels.conv.weight_grad, dy0, x0);
  const Shape shape{dy0.size(1), x0.size(1) / g.groups, kernel.h, kernel.w};
  if (dy0.numel() == 0) return zeros(shape, type, device);
  const Array dweight = empty(shape, type, device);
  if (dweight.numel() == 0) return dweight;
  const Array dy = detail::as_channels_last(cast(dy0, type)), x = detail::as_channels_last(cast(x0, type));
  detail::run(kernels.conv.weight_grad, device, type, dweight.raw(), dy.raw(), x.raw(), g);
  return dweight;
}

}  // namespace tenon::inline v0
