#include "tenon/nn/norm.h"

#include "tenon/autograd/ops/norm.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

void BatchNorm2dOptions::check() const {
  check_not_negative(eps, "eps");
  TENON_CHECK(momentum >= 0 && momentum <= 1, ValueError, "momentum must lie in [0, 1], got ", momentum);
}

BatchNorm2d::BatchNorm2d(BatchNorm2dOptions options)
    : options_(checked("BatchNorm2d", options)),
      weight(optional_part("weight", options.affine ? ones({options.channels}) : Array())),
      bias(optional_part("bias", options.affine ? zeros({options.channels}) : Array())),
      running_mean(optional_buffer("running_mean", options.track_running_stats ? zeros({options.channels}) : Array())),
      running_var(optional_buffer("running_var", options.track_running_stats ? ones({options.channels}) : Array())),
      num_batches_tracked(
          optional_buffer("num_batches_tracked", options.track_running_stats ? zeros({}, int64) : Array())) {}

Tensor BatchNorm2d::forward(const Tensor& x) {
  const int64_t channels = options_.channels.value;
  TENON_CHECK(x.ndim() == 4 && x.size(1) == channels, ShapeError, "expected an input [batch, ", channels,
              ", height, width], got ", x.shape());
  const bool tracks = running_mean.defined(), by_batch = training() || !tracks;
  TENON_CHECK(!by_batch || x.numel() != channels, ShapeError,
              "one value a channel has no variance: expected a larger batch or image, got ", x.shape());
  const Tensor y = batch_norm(x, weight, bias, running_mean.array(), running_var.array(),
                              {.training = by_batch, .momentum = options_.momentum, .eps = options_.eps});
  if (training() && tracks) add_(num_batches_tracked.array(), 1);
  return y;
}

std::string BatchNorm2d::description() const { return describe(options_); }

void LayerNormOptions::check() const {
  TENON_CHECK(!shape.value.empty(), ValueError, "shape must name one axis or more");
  for (int64_t size : shape.value) {
    TENON_CHECK(size > 0, ValueError, "shape must be positive, got ", list_text(shape.value));
  }
  check_not_negative(eps, "eps");
}

LayerNorm::LayerNorm(LayerNormOptions options)
    : options_(checked("LayerNorm", options)),
      weight(optional_part("weight", options.affine ? ones(Shape(options.shape.value)) : Array())),
      bias(optional_part("bias", options.affine ? zeros(Shape(options.shape.value)) : Array())) {}

Tensor LayerNorm::forward(const Tensor& x) {
  const Shape expected(options_.shape.value), shape = x.shape();
  bool fits = shape.ndim() >= expected.ndim();
  for (int i = 1; fits && i <= expected.ndim(); ++i) {
    fits = shape[shape.ndim() - i] == expected[expected.ndim() - i];
  }
  TENON_CHECK(fits, ShapeError, "expected an input that ends in ", expected, ", got ", shape);
  return layer_norm(x, expected.ndim(), weight, bias, options_.eps);
}

std::string LayerNorm::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
