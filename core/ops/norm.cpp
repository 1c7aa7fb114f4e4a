#include "tenon/core/ops/norm.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/images.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

View raw_or_none(const Array& x) { return x.defined() ? x.raw() : View{nullptr, nullptr, nullptr, 0, float32, 0}; }

DType statistics_dtype(DType t) { return t == float64 ? float64 : float32; }

/// The floating dtype of all that is given. Throws DTypeError.
DType common_dtype(const Array& x, const Array& weight, const Array& bias, const char* op) {
  DType type = x.dtype();
  for (const Array* a : {&weight, &bias}) {
    if (a->defined()) type = promote(type, a->dtype());
  }
  if (!is_floating(type)) detail::throw_wrong_dtype(op, type, floating);
  return type;
}

/// An optional array of the given shape as the kernels take it.
Array as_factor(const Array& a, const Shape& shape, DType type, const char* op, const char* name) {
  if (!a.defined()) return a;
  TENON_CHECK(a.shape() == shape, ShapeError, op, ": expected a ", name, " ", shape, ", got ", a.shape());
  return contiguous(cast(a, type));
}

/// The last `axes` axes. Throws ShapeError.
Shape trailing(const Array& x, int64_t axes) {
  TENON_CHECK(axes >= 1 && axes <= x.ndim(), ShapeError, "layer_norm: expected at least ", axes < 1 ? 1 : axes,
              axes <= 1 ? " dimension, got " : " dimensions, got ", x.shape());
  const Shape shape = x.shape();
  return Shape(shape.end() - axes, static_cast<size_t>(axes));
}

AxisLoop rows_of(const Array& x, int64_t n) { return {n ? x.numel() / n : 0, n, 1}; }

/// What the gradients of both demand of their operands.
void check_gradient(const Array& dy, const Array& x, const Array& mean, const Array& rstd, const Array& weight,
                    const char* op) {
  TENON_CHECK(dy.defined() && x.defined() && mean.defined() && rstd.defined(), ValueError, op,
              ": an input is not defined");
  detail::check_same_device(op, x, {&dy, &mean, &rstd, &weight}, "x dy mean rstd weight");
  TENON_CHECK(dy.shape() == x.shape(), ShapeError, op, ": dy is ", dy.shape(), ", x is ", x.shape());
}

AxisLoop channels_of(const Array& x) {
  const int64_t n = x.size(1);
  if (x.raw().layout & channels_last) return {n ? x.numel() / n : 0, n, 1};
  return {x.size(0), n, n && x.size(0) ? x.numel() / (n * x.size(0)) : 0};
}

}  // namespace

Normalized layer_norm_with_statistics(const Array& x0, int64_t axes, const Array& weight0, const Array& bias0,
                                      double eps) {
  const char* op = "layer_norm";
  TENON_CHECK(x0.defined(), ValueError, op, ": the input is not defined");
  detail::check_same_device(op, x0, {&weight0, &bias0}, "x weight bias");
  const Shape shape = trailing(x0, axes);
  const DType type = common_dtype(x0, weight0, bias0, op);
  const Array weight = as_factor(weight0, shape, type, op, "weight"), bias = as_factor(bias0, shape, type, op, "bias");
  const Array x = contiguous(cast(x0, type));
  const AxisLoop loop = rows_of(x, shape.numel());
  Normalized result{empty_like(x, type), empty({loop.outer}, statistics_dtype(type), x.device()),
                    empty({loop.outer}, statistics_dtype(type), x.device())};
  if (x.numel() == 0) return result;
  detail::run(kernels.norm.layer_norm, x.device(), type, result.y.raw(), result.mean.raw(), result.rstd.raw(), x.raw(),
              raw_or_none(weight), raw_or_none(bias), eps, loop);
  return result;
}

Array layer_norm(const Array& x, int64_t axes, const Array& weight, const Array& bias, double eps) {
  return layer_norm_with_statistics(x, axes, weight, bias, eps).y;
}

NormGradients layer_norm_grad(const Array& dy0, const Array& x0, int64_t axes, const Array& mean0, const Array& rstd0,
                              const Array& weight0, NormWanted wanted) {
  const char* op = "layer_norm_grad";
  check_gradient(dy0, x0, mean0, rstd0, weight0, op);
  const Shape shape = trailing(x0, axes);
  const DType type = common_dtype(x0, weight0, {}, op);
  const Array x = contiguous(cast(x0, type)), dy = contiguous(cast(dy0, type));
  const Array weight = as_factor(weight0, shape, type, op, "weight");
  const AxisLoop rows = rows_of(x, shape.numel());
  const Array mean = as_factor(mean0, {rows.outer}, statistics_dtype(type), op, "mean");
  const Array rstd = as_factor(rstd0, {rows.outer}, statistics_dtype(type), op, "rstd");
  NormGradients result;
  if (wanted.dx) result.dx = empty_like(x, type);
  if (x.numel() == 0) {
    if (wanted.dweight) result.dweight = zeros(shape, type, x.device());
    if (wanted.dbias) result.dbias = zeros(shape, type, x.device());
    return result;
  }
  if (wanted.dweight) result.dweight = empty(shape, type, x.device());
  if (wanted.dbias) result.dbias = empty(shape, type, x.device());
  detail::run(kernels.norm.layer_norm_grad, x.device(), type, raw_or_none(result.dx), raw_or_none(result.dweight),
              raw_or_none(result.dbias), dy.raw(), x.raw(), mean.raw(), rstd.raw(), raw_or_none(weight), rows);
  return result;
}

Normalized batch_norm_with_statistics(const Array& x0, const Array& weight0, const Array& bias0,
                                      const Array& running_mean0, const Array& running_var0,
                                      const BatchNormOptions& options) {
  const char* op = "batch_norm";
  TENON_CHECK(x0.defined(), ValueError, op, ": the input is not defined");
  TENON_CHECK(x0.ndim() >= 2, ShapeError, op, ": expected an input [n, channels, ...], got ", x0.shape());
  detail::check_same_device(op, x0, {&weight0, &bias0, &running_mean0, &running_var0},
                            "x weight bias running_mean running_var");
  const bool running = running_mean0.defined() && running_var0.defined();
  TENON_CHECK(running || (options.training && !running_mean0.defined() && !running_var0.defined()), ValueError, op,
              ": running_mean or running_var is not defined");
  const Shape shape{x0.size(1)};
  const DType type = common_dtype(x0, weight0, bias0, op), statistics = statistics_dtype(type);
  const Array weight = as_factor(weight0, shape, type, op, "weight"), bias = as_factor(bias0, shape, type, op, "bias");
  const Array running_mean = as_factor(running_mean0, shape, statistics, op, "running_mean");
  const Array running_var = as_factor(running_var0, shape, statistics, op, "running_var");
  const Array x = detail::as_image(cast(x0, type));
  Normalized result{empty_like(x, type), empty(shape, statistics, x.device()), empty(shape, statistics, x.device())};
  if (x.numel() == 0) return result;
  TENON_CHECK(!options.training || x.numel() > x.size(1), ValueError, op,
              ": expected more than one value a channel in training, got ", x.shape());
  if (options.training && running) {
    running_mean0.mark_write(op);
    running_var0.mark_write(op);
  }
  detail::run(kernels.norm.batch_norm, x.device(), type, result.y.raw(), result.mean.raw(), result.rstd.raw(),
              raw_or_none(running_mean), raw_or_none(running_var), x.raw(), raw_or_none(weight), raw_or_none(bias),
              BatchNormSettings{options.momentum, options.eps, options.training}, channels_of(x));
  if (options.training && running && running_mean.data() != running_mean0.data()) copy_(running_mean0, running_mean);
  if (options.training && running && running_var.data() != running_var0.data()) copy_(running_var0, running_var);
  return result;
}

Array batch_norm(const Array& x, const Array& weight, const Array& bias, const Array& running_mean,
                 const Array& running_var, const BatchNormOptions& options) {
  return batch_norm_with_statistics(x, weight, bias, running_mean, running_var, options).y;
}

NormGradients batch_norm_grad(const Array& dy0, const Array& x0, const Array& mean0, const Array& rstd0,
                              const Array& weight0, bool training, NormWanted wanted) {
  const char* op = "batch_norm_grad";
  check_gradient(dy0, x0, mean0, rstd0, weight0, op);
  TENON_CHECK(x0.ndim() >= 2, ShapeError, op, ": expected an input [n, channels, ...], got ", x0.shape());
  const Shape shape{x0.size(1)};
  const DType type = common_dtype(x0, weight0, {}, op);
  const Array x = detail::as_image(cast(x0, type)), dy = detail::laid_out_as(x, cast(dy0, type));
  const Array weight = as_factor(weight0, shape, type, op, "weight");
  const Array mean = as_factor(mean0, shape, statistics_dtype(type), op, "mean");
  const Array rstd = as_factor(rstd0, shape, statistics_dtype(type), op, "rstd");
  NormGradients result;
  if (wanted.dx) result.dx = empty_like(x, type);
  if (x.numel() == 0) {
    if (wanted.dweight) result.dweight = zeros(shape, type, x.device());
    if (wanted.dbias) result.dbias = zeros(shape, type, x.device());
    return result;
  }
  if (wanted.dweight) result.dweight = empty(shape, type, x.device());
  if (wanted.dbias) result.dbias = empty(shape, type, x.device());
  detail::run(kernels.norm.batch_norm_grad, x.device(), type, raw_or_none(result.dx), raw_or_none(result.dweight),
              raw_or_none(result.dbias), dy.raw(), x.raw(), mean.raw(), rstd.raw(), raw_or_none(weight), training,
              channels_of(x));
  return result;
}

}  // namespace tenon::inline v0
