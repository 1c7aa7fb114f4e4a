#include "tenon/autograd/ops/loss.h"

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/softmax.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/index.h"

namespace tenon::inline v0 {

namespace {

/// What the gradient of an elementwise loss is multiplied with, besides dy.
double factor_of(const Backward& b, Reduction reduction) {
  return reduction == Reduction::mean ? 1 / static_cast<double>(b.shape_of(0).numel()) : 1;
}

using FusedSlope = Array (*)(const Array& dy, const Array& x, const Array& target, double factor);

/// dy times `factor` times the slope of an elementwise loss by x: in one pass, or by `composed(x, target)` in
/// differentiable ops.
template <class F>
Tensor slope(const Backward& b, double factor, FusedSlope fused, const F& composed) {
  const Tensor x = b.input(0), target = b.input(1);
  if (b.create_graph()) return composed(x, target) * (b.dy() * factor);
  return fused(b.dy().array(), x.array(), target.array(), factor);
}

int class_axis(const Shape& logits) { return logits.ndim() == 1 ? 0 : 1; }

/// 1 at the class of each sample, else 0, shaped like the logits; 0 throughout where it is to be ignored.
Array one_hot_like(const Shape& logits, const Array& target, int64_t ignore_index, DType dtype) {
  const int axis = class_axis(logits);
  const Array ignored = eq(target, ignore_index);
  const Array index = unsqueeze(masked_fill(cast(target, int64), ignored, 0), axis);
  return scatter_add(zeros(logits, dtype, target.device()), axis, index,
                     unsqueeze(cast(logical_not(ignored), dtype), axis));
}

/// How many samples count, 0-d on their device: nobody waits for it.
Array count_of(const Array& target, int64_t ignore_index) { return sum(cast(ne(target, ignore_index), float64)); }

/// dy of each sample's loss, with an axis for the classes.
Tensor sample_slope(const Backward& b, Reduction reduction, const Array& count) {
  if (reduction == Reduction::none) return unsqueeze(b.dy(), class_axis(b.shape_of(0)));
  return reduction == Reduction::mean ? b.dy() * Tensor(1 / count) : b.dy();
}

/// The gradients of cross-entropy in differentiable ops.
Gradients composed_cross_entropy(const Backward& b, const CrossEntropyOptions& o) {
  const Tensor logits = b.input(0), target = b.input(1);
  const int axis = class_axis(logits.shape());
  const double classes = static_cast<double>(logits.size(axis)), kept = 1 - o.label_smoothing;
  const bool by_class = !is_floating(target.dtype());
  const Tensor hot =
      by_class ? Tensor(one_hot_like(logits.shape(), target.array(), o.ignore_index, logits.dtype())) : target;
  // Of an ignored sample nothing counts, the smoothing neither.
  const Tensor spread = by_class ? sum(hot, axis, true) * (o.label_smoothing / classes)
                                 : Tensor(full({}, o.label_smoothing / classes, logits.dtype(), logits.device()));
  const Tensor shares = hot * kept + spread;
  const Array count = by_class ? count_of(target.array(), o.ignore_index)
                               : full({}, static_cast<double>(target.numel()) / classes, float64, logits.device());
  const Tensor dy = sample_slope(b, o.reduction, count);
  return b.each([&] { return (softmax(logits, axis) * sum(shares, axis, true) - shares) * dy; },
                [&] { return log_softmax(logits, axis) * dy * -kept; });
}

}  // namespace

Tensor mse_loss(const Tensor& x0, const Tensor& target0, const LossOptions& options) {
  auto [x, target] = full_precision(x0, target0);
  return record("mse_loss", mse_loss(x.array(), target.array(), options), {x, target}, keep_inputs,
                [r = options.reduction](const Backward& b) {
                  const Tensor g = slope(b, 2 * factor_of(b, r), mse_loss_grad,
                                         [](const Tensor& a, const Tensor& t) { return a - t; });
                  return b.each([&] { return g; }, [&] { return -g; });
                });
}

Tensor l1_loss(const Tensor& x0, const Tensor& target0, const LossOptions& options) {
  auto [x, target] = full_precision(x0, target0);
  return record("l1_loss", l1_loss(x.array(), target.array(), options), {x, target}, keep_inputs,
                [r = options.reduction](const Backward& b) {
                  const Tensor g = slope(b, factor_of(b, r), l1_loss_grad,
                                         [](const Tensor& a, const Tensor& t) { return sign(a - t); });
                  return b.each([&] { return g; }, [&] { return -g; });
                });
}

Tensor bce_with_logits(const Tensor& x0, const Tensor& target0, const LossOptions& options) {
  auto [x, target] = full_precision(x0, target0);
  return record("bce_with_logits", bce_with_logits(x.array(), target.array(), options), {x, target}, keep_inputs,
                [r = options.reduction](const Backward& b) {
                  const double factor = factor_of(b, r);
                  const auto by_x = [](const Tensor& a, const Tensor& t) { return sigmoid(a) - t; };
                  return b.each([&] { return slope(b, factor, bce_with_logits_grad, by_x); },
                                [&] { return -b.input(0) * (b.dy() * factor); });
                });
}

Tensor cross_entropy(const Tensor& logits0, const Tensor& target0, const CrossEntropyOptions& options) {
  auto [logits, target] = full_precision(logits0, target0);
  if (!recording({logits, target})) return cross_entropy(logits.array(), target.array(), options);
  LossAndGradient both = cross_entropy_with_gradient(logits.array(), target.array(), options);
  return record("cross_entropy", std::move(both.loss), {logits, target}, keep_inputs, saved{both.gradient},
                [options](const Backward& b) {
                  if (b.create_graph() || b.needs(1)) return composed_cross_entropy(b, options);
                  const bool none = options.reduction == Reduction::none;
                  const Array dy = none ? unsqueeze(b.dy().array(), class_axis(b.shape_of(0))) : b.dy().array();
                  return gradients(Tensor(b.saved(0) * dy), Tensor());
                });
}

Tensor nll_loss(const Tensor& x0, const Tensor& target, const NllOptions& options) {
  auto [x] = full_precision(x0);
  return record("nll_loss", nll_loss(x.array(), target.array(), options), {x, target}, keep_input(1),
                [o = options](const Backward& b) {
                  const Array target_of = b.input(1).array();
                  const Tensor hot = one_hot_like(b.shape_of(0), target_of, o.ignore_index, b.dtype_of(0));
                  return gradients(-hot * sample_slope(b, o.reduction, count_of(target_of, o.ignore_index)), Tensor());
                });
}

}  // namespace tenon::inline v0
