#include "tenon/core/ops/loss.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

void check_floating(DType type, const char* op) {
  if (!is_floating(type)) detail::throw_wrong_dtype(op, type, floating);
}

/// Throws ValueError, DeviceError, ShapeError, DTypeError unless an elementwise loss takes the two.
void check_alike(const Array& x, const Array& target, const char* op) {
  detail::common_device(op, {&x, &target}, "x target");
  TENON_CHECK(same_shape(target.raw(), x.raw()), ShapeError, op, ": expected a target of the input's shape ", x.shape(),
              ", got ", target.shape());
  check_floating(result_type(x, target), op);
}

Array reduce(Array losses, Reduction reduction) {
  if (reduction == Reduction::none) return losses;
  return reduction == Reduction::sum ? sum(losses) : mean(losses);
}

Array elementwise_loss(const detail::ElementwiseSlot& slot, const Array& x, const Array& target,
                       const LossOptions& options) {
  check_alike(x, target, slot.name());
  return reduce(detail::binary(slot, x, target), options.reduction);
}

Array slope(const detail::ElementwiseSlot& slot, const Array& dy, const Array& x0, const Array& target0,
            double factor) {
  check_alike(x0, target0, slot.name());
  const Device device = detail::common_device(slot.name(), {&dy, &x0, &target0}, "dy x target");
  TENON_CHECK(dy.ndim() == 0 || same_shape(dy.raw(), x0.raw()), ShapeError, slot.name(), ": the gradient is ",
              dy.shape(), ", the input ", x0.shape());
  const DType type = dy.dtype();
  Array holders[3];
  const auto operand = [&](const Array& a, Array& holder) -> const Array& {
    return detail::as_dtype(a.device() == device ? a : holder = a.to(device), type, holder);
  };
  const Array &d = operand(dy, holders[0]), &x = operand(x0, holders[1]), &target = operand(target0, holders[2]);
  const Array out = empty_like(x, type);
  const DType computed = size_of(type) < 4 ? float32 : type;  // a factor of 1 / n needs more than 16 bits
  const View number{nullptr, nullptr, nullptr, 0, computed, 0};
  const View operands[] = {out.raw(), d.raw(), x.raw(), target.raw(), number};
  Loop loop;
  detail::put_scalar(slot.name(), factor, computed, loop.immediate);
  if (detail::make_loop(loop, operands, x.raw().shape, x.ndim())) detail::run(slot, device, type, loop);
  return out;
}

/// Whether the target holds classes. Throws DTypeError, ShapeError where it does not fit the logits.
bool holds_classes(const Array& logits, const Array& target, const char* op) {
  TENON_CHECK(logits.defined() && target.defined(), ValueError, op, ": an input is not defined");
  check_floating(logits.dtype(), op);
  detail::check_same_device(op, logits, {&target}, "logits target");
  TENON_CHECK(logits.ndim() > 0 && logits.size(logits.ndim() == 1 ? 0 : 1) > 0, ShapeError, op,
              ": expected an input [n, classes, ...], got ", logits.shape());
  const bool classes = is_integral(target.dtype());
  TENON_CHECK(classes || is_floating(target.dtype()), DTypeError, op,
              ": expected a target of integers (classes) or floating numbers (probabilities), got ",
              name_of(target.dtype()));
  Shape expected = logits.shape();
  if (classes) expected.erase(logits.ndim() == 1 ? 0 : 1);
  TENON_CHECK(target.shape() == expected, ShapeError, op, ": expected a target ", expected, ", got ", target.shape(),
              " (input ", logits.shape(), ")");
  return classes;
}

/// What gather throws names gather: here it is a class of the target that is out of range.
Array gather_classes(const Array& x, int axis, const Array& target) {
  try {
    return squeeze(gather(x, axis, unsqueeze(target, axis)), Axes(axis));
  } catch (const IndexError&) {
    throw IndexError(text("nll_loss: a class of the target is out of range for axis ", axis, " of size ", x.size(axis),
                          " (input ", x.shape(), ")"));
  }
}

/// [n, classes, ...] as [rows, classes], row-major.
Array as_rows(const Array& x) {
  Shape order{0};
  for (int i = 2; i < x.ndim(); ++i) order.push_back(i);
  order.push_back(1);
  return contiguous(flatten(permute(x, Axes(std::vector<int64_t>(order.begin(), order.end()))), 0, -2));
}

/// [rows, classes] back as `shape`: [n, classes, ...].
Array from_rows(const Array& rows, const Shape& shape) {
  Shape last = shape, order{0, shape.ndim() - 1};
  last.erase(1);
  last.push_back(shape[1]);
  for (int i = 1; i < shape.ndim() - 1; ++i) order.push_back(i);
  return permute(reshape(rows, last), Axes(std::vector<int64_t>(order.begin(), order.end())));
}

/// class_axis is what errors call the axis of the classes: alone, it gets another in front.
LossAndGradient run_cross_entropy(const Array& logits, const Array& target, const CrossEntropyOptions& o,
                                  bool with_gradient, int class_axis = 1) {
  const char* op = "cross_entropy";
  const bool classes = holds_classes(logits, target, op);
  TENON_CHECK(o.label_smoothing >= 0 && o.label_smoothing <= 1, ValueError, op,
              ": expected a label_smoothing from 0 to 1, got ", o.label_smoothing);
  if (logits.ndim() == 1) {
    LossAndGradient result = run_cross_entropy(unsqueeze(logits, 0), unsqueeze(target, 0), o, with_gradient, 0);
    if (o.reduction == Reduction::none) result.loss = squeeze(result.loss, 0);
    if (with_gradient) result.gradient = squeeze(result.gradient, 0);
    return result;
  }
  const DType type = classes ? logits.dtype() : result_type(logits, target);
  const Array x = as_rows(cast(logits, type));
  const Array wanted = classes ? contiguous(reshape(cast(target, int64), {x.size(0)})) : as_rows(cast(target, type));
  Shape shape = logits.shape();
  shape.erase(1);
  LossAndGradient result;
  if (x.numel() == 0) {
    const double of_nothing = o.reduction == Reduction::mean ? __builtin_nan("") : 0;
    result.loss = full(o.reduction == Reduction::none ? shape : Shape(), of_nothing, type, x.device());
    if (with_gradient) result.gradient = empty_like(logits, type);
    return result;
  }
  const Array loss = empty(o.reduction == Reduction::none ? Shape{x.size(0)} : Shape(), type, x.device());
  const Array gradient = with_gradient ? empty_like(x, type) : Array();
  detail::run_indexed({class_axis, x.size(1)}, kernels.loss.cross_entropy, x.device(), type, loss.raw(),
                      with_gradient ? gradient.raw() : View{nullptr, nullptr, nullptr, 0, type, 0}, x.raw(),
                      wanted.raw(), CrossEntropySettings{o.label_smoothing, o.ignore_index, o.reduction});
  result.loss = o.reduction == Reduction::none ? reshape(loss, shape) : loss;
  if (with_gradient) result.gradient = from_rows(gradient, logits.shape());
  return result;
}

}  // namespace

Array mse_loss(const Array& x, const Array& target, const LossOptions& options) {
  return elementwise_loss(kernels.loss.mse, x, target, options);
}
Array l1_loss(const Array& x, const Array& target, const LossOptions& options) {
  return elementwise_loss(kernels.loss.l1, x, target, options);
}
Array bce_with_logits(const Array& x, const Array& target, const LossOptions& options) {
  return elementwise_loss(kernels.loss.bce_with_logits, x, target, options);
}

Array mse_loss_grad(const Array& dy, const Array& x, const Array& target, double factor) {
  return slope(kernels.loss.mse_grad, dy, x, target, factor);
}
Array l1_loss_grad(const Array& dy, const Array& x, const Array& target, double factor) {
  return slope(kernels.loss.l1_grad, dy, x, target, factor);
}
Array bce_with_logits_grad(const Array& dy, const Array& x, const Array& target, double factor) {
  return slope(kernels.loss.bce_with_logits_grad, dy, x, target, factor);
}

Array cross_entropy(const Array& logits, const Array& target, const CrossEntropyOptions& options) {
  return run_cross_entropy(logits, target, options, false).loss;
}
LossAndGradient cross_entropy_with_gradient(const Array& logits, const Array& target,
                                            const CrossEntropyOptions& options) {
  return run_cross_entropy(logits, target, options, true);
}

Array nll_loss(const Array& x, const Array& target, const NllOptions& options) {
  TENON_CHECK(holds_classes(x, target, "nll_loss"), DTypeError, "nll_loss: expected a target of integers, got ",
              name_of(target.dtype()));
  const int axis = x.ndim() == 1 ? 0 : 1;
  const Array ignored = eq(target, options.ignore_index);
  const Array classes = masked_fill(cast(target, int64), ignored, 0);
  const Array losses = masked_fill(-gather_classes(x, axis, classes), ignored, 0);
  if (options.reduction != Reduction::mean) return reduce(losses, options.reduction);
  return sum(losses) / cast(sum(logical_not(ignored)), x.dtype());
}

}  // namespace tenon::inline v0
