#include "tenon/core/ops/pool.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/images.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::as_image;
using detail::extent;
using detail::kernels;
using detail::laid_out_as;

namespace {

PoolGeometry geometry_of(Pair kernel, Pair stride, Pair padding, Pair dilation, const char* op) {
  detail::check_window(kernel, 1, "kernel", op);
  detail::check_window(stride, 1, "stride", op);
  detail::check_window(padding, 0, "padding", op);
  detail::check_window(dilation, 1, "dilation", op);
  TENON_CHECK(2 * padding.h <= kernel.h && 2 * padding.w <= kernel.w, ValueError, op,
              ": expected a padding of at most half the kernel ", kernel.h, " x ", kernel.w, ", got ", padding.h, " x ",
              padding.w);
  return {{kernel.h, kernel.w}, {stride.h, stride.w}, {padding.h, padding.w}, {dilation.h, dilation.w}};
}

PoolGeometry geometry_of(const MaxPool2dOptions& o, const char* op) {
  return geometry_of(o.kernel, o.stride.value_or(o.kernel), o.padding, o.dilation, op);
}
PoolGeometry geometry_of(const AvgPool2dOptions& o, const char* op) {
  return geometry_of(o.kernel, o.stride.value_or(o.kernel), o.padding, 1, op);
}

/// How many windows there are along height and width.
Pair places(Pair input, const PoolGeometry& g, bool ceil_mode, const char* op) {
  const auto along = [&](int64_t size, int axis) {
    int64_t count = detail::places(size, g.kernel[axis], g.stride[axis], g.padding[axis], g.dilation[axis], ceil_mode);
    if ((count - 1) * g.stride[axis] >= size + g.padding[axis]) --count;
    return count;
  };
  const Pair result(along(input.h, 0), along(input.w, 1));
  TENON_CHECK(result.h > 0 && result.w > 0, ShapeError, op, ": a kernel of ", g.kernel[0], " x ", g.kernel[1],
              " does not fit an input of ", input.h, " x ", input.w);
  return result;
}

/// Uninitialised, with the images, channels and layout of `like`; channels-last where that is of both.
Array sized_like(const Array& like, Pair size, DType dtype) {
  const View v = like.raw();
  if (v.layout & channels_last) {
    return detail::empty_image(v.shape[0], v.shape[1], size.h, size.w, dtype, like.device());
  }
  const int64_t shape[] = {v.shape[0], v.shape[1], size.h, size.w};
  return empty(shape, 4, dtype, like.device());
}

void check_floating(const Array& x, const char* op) {
  if (!is_floating(x.dtype())) detail::throw_wrong_dtype(op, x.dtype(), floating);
}

MaxPooled<Array> max_pool(const Array& x0, const MaxPool2dOptions& o, bool with_indices) {
  const char* op = "max_pool2d";
  detail::check_image(x0, op);
  check_floating(x0, op);
  const PoolGeometry g = geometry_of(o, op);
  const Pair size = places(extent(x0.shape()), g, o.ceil_mode, op);
  const Array x = as_image(x0);
  MaxPooled<Array> result{sized_like(x, size, x.dtype()), {}};
  if (with_indices) result.indices = sized_like(x, size, int32);
  if (result.values.numel() == 0) return result;
  const View none{nullptr, nullptr, nullptr, 0, int32, 0};
  detail::run(kernels.pool.max, x.device(), x.dtype(), result.values.raw(), with_indices ? result.indices.raw() : none,
              x.raw(), g);
  return result;
}

void check_indices(const Array& x, const Array& indices, const char* op) {
  detail::check_image(x, op);
  detail::check_image(indices, op);
  check_floating(x, op);
  TENON_CHECK(indices.dtype() == int32 && indices.device() == x.device(), DTypeError, op,
              ": expected int32 indices on ", x.device(), ", got ", name_of(indices.dtype()), " on ", indices.device());
}

Array mean_pool(const Array& x0, Pair size, const MeanWindows& windows) {
  const Array x = as_image(x0);
  const Array y = sized_like(x, size, x.dtype());
  if (y.numel() > 0) detail::run(kernels.pool.mean, x.device(), x.dtype(), y.raw(), x.raw(), windows);
  return y;
}

Array mean_pool_grad(const Array& dy0, Pair input, const MeanWindows& windows) {
  const Array dy = as_image(dy0);
  const Array dx = sized_like(dy, input, dy.dtype());
  if (dx.numel() > 0) detail::run(kernels.pool.mean_grad, dy.device(), dy.dtype(), dx.raw(), dy.raw(), windows);
  return dx;
}

}  // namespace

Array max_pool2d(const Array& x, const MaxPool2dOptions& options) { return max_pool(x, options, false).values; }
MaxPooled<Array> max_pool2d_with_indices(const Array& x, const MaxPool2dOptions& options) {
  return max_pool(x, options, true);
}

Array max_pool2d_grad(const Array& dy0, const Array& indices0, Pair input, const MaxPool2dOptions& o) {
  const char* op = "max_pool2d_grad";
  check_indices(dy0, indices0, op);
  const Array indices = as_image(indices0);
  const PoolGeometry g = geometry_of(o, op);
  const Pair size = places(input, g, o.ceil_mode, op);
  TENON_CHECK(dy0.shape() == indices.shape() && extent(dy0.shape()) == size, ShapeError, op,
              ": gradient, indices and windows differ: ", dy0.shape(), ", ", indices.shape(), ", ", size.h, " x ",
              size.w);
  const Array dy = laid_out_as(indices, dy0);
  const Array dx = sized_like(indices, input, dy.dtype());
  if (dx.numel() == 0) return dx;
  detail::run(kernels.pool.max_grad, dy.device(), dy.dtype(), dx.raw(), dy.raw(), indices.raw(), g);
  return dx;
}

Array max_pool2d_pick(const Array& x0, const Array& indices0) {
  const char* op = "max_pool2d_pick";
  check_indices(x0, indices0, op);
  const Array indices = as_image(indices0);
  TENON_CHECK(x0.size(0) == indices.size(0) && x0.size(1) == indices.size(1), ShapeError, op,
              ": images and indices differ: ", x0.shape(), " and ", indices.shape());
  const Array x = laid_out_as(indices, x0);
  const Array y = sized_like(indices, extent(indices.shape()), x.dtype());
  if (y.numel() > 0) {
    detail::run_indexed({2, x.size(2) * x.size(3)}, kernels.pool.max_pick, x.device(), x.dtype(), y.raw(), x.raw(),
                        indices.raw());
  }
  return y;
}

Array avg_pool2d(const Array& x, const AvgPool2dOptions& o) {
  const char* op = "avg_pool2d";
  detail::check_image(x, op);
  check_floating(x, op);
  const PoolGeometry g = geometry_of(o, op);
  return mean_pool(x, places(extent(x.shape()), g, false, op), {false, o.count_include_pad, g});
}

Array avg_pool2d_grad(const Array& dy, Pair input, const AvgPool2dOptions& o) {
  const char* op = "avg_pool2d_grad";
  detail::check_image(dy, op);
  check_floating(dy, op);
  const PoolGeometry g = geometry_of(o, op);
  const Pair size = places(input, g, false, op);
  TENON_CHECK(extent(dy.shape()) == size, ShapeError, op, ": expected a gradient of ", size.h, " x ", size.w, ", got ",
              dy.shape());
  return mean_pool_grad(dy, input, {false, o.count_include_pad, g});
}

Array adaptive_avg_pool2d(const Array& x, Pair output) {
  const char* op = "adaptive_avg_pool2d";
  detail::check_image(x, op);
  check_floating(x, op);
  TENON_CHECK(output.h > 0 && output.w > 0, ValueError, op, ": expected an output of at least 1 x 1, got ", output.h,
              " x ", output.w);
  TENON_CHECK(x.size(2) > 0 && x.size(3) > 0, ShapeError, op, ": the input ", x.shape(), " has no pixels");
  return mean_pool(x, output, {true, false, {}});
}

Array adaptive_avg_pool2d_grad(const Array& dy, Pair input) {
  detail::check_image(dy, "adaptive_avg_pool2d_grad");
  check_floating(dy, "adaptive_avg_pool2d_grad");
  return mean_pool_grad(dy, input, {true, false, {}});
}

}  // namespace tenon::inline v0
