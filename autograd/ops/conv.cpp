#include "tenon/autograd/ops/conv.h"

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/factors.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/images.h"

namespace tenon::inline v0 {

using detail::extent;
using detail::keep_factors;

namespace {

Conv2dOptions without_activation(Conv2dOptions options) {
  options.activation = Activation::none;
  return options;
}

}  // namespace

Tensor conv2d(const Tensor& x0, const Tensor& weight0, const Tensor& bias0, const Conv2dOptions& options) {
  auto [x, weight, bias] = low_precision(x0, weight0, bias0);
  const bool relu = options.activation == Activation::relu;
  const Keep keep = keep_factors(x, weight) | (relu ? keep_output : keep_nothing);
  return record("conv2d", conv2d(x.array(), weight.array(), bias.array(), options), {x, weight, bias}, keep,
                [relu, o = without_activation(options)](const Backward& b) {
                  const Tensor dz = relu ? relu_grad(b.dy(), b.output()) : b.dy();
                  return b.each([&] { return conv2d_input_grad(dz, b.input(1), extent(b.shape_of(0)), o); },
                                [&] { return conv2d_weight_grad(dz, b.input(0), extent(b.shape_of(1)), o); },
                                [&] {
                                  return sum(dz, {0, 2, 3});
                                });
                });
}

Tensor conv2d_input_grad(const Tensor& dy0, const Tensor& weight0, Pair input, const Conv2dOptions& options) {
  auto [dy, weight] = low_precision(dy0, weight0);
  return record("conv2d_input_grad", conv2d_input_grad(dy.array(), weight.array(), input, options), {dy, weight},
                keep_factors(dy, weight), [o = without_activation(options)](const Backward& b) {
                  return b.each([&] { return conv2d(b.dy(), b.input(1), {}, o); },
                                [&] { return conv2d_weight_grad(b.input(0), b.dy(), extent(b.shape_of(1)), o); });
                });
}

Tensor conv2d_weight_grad(const Tensor& dy0, const Tensor& x0, Pair kernel, const Conv2dOptions& options) {
  auto [dy, x] = low_precision(dy0, x0);
  return record("conv2d_weight_grad", conv2d_weight_grad(dy.array(), x.array(), kernel, options), {dy, x},
                keep_factors(dy, x), [o = without_activation(options)](const Backward& b) {
                  return b.each([&] { return conv2d(b.input(1), b.dy(), {}, o); },
                                [&] { return conv2d_input_grad(b.input(0), b.dy(), extent(b.shape_of(1)), o); });
                });
}

}  // namespace tenon::inline v0
