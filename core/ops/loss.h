#pragma once
#include "tenon/core/array.h"
#include "tenon/core/kernels/loss.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// `mean` divides by the number of elements; `none` leaves one loss an element.
struct LossOptions {
  Reduction reduction = Reduction::mean;
};
// Elementwise losses, with promotion. Input and target have one shape: nothing is broadcast, as [n, 1] against [n]
// would silently give n x n losses. Throw ShapeError, DTypeError, DeviceError, naming the loss.

/// (x - target)^2
Array mse_loss(const Array& x, const Array& target, const LossOptions& options = {});
/// |x - target|
Array l1_loss(const Array& x, const Array& target, const LossOptions& options = {});
/// -target log sigmoid(x) - (1 - target) log(1 - sigmoid(x)), without overflow.
Array bce_with_logits(const Array& x, const Array& target, const LossOptions& options = {});

// Their gradients by x: dy (of x's shape, or 0-d; its dtype is the result's) times `factor` times the slope of the
// loss. Throw ValueError for an operand that is not defined, ShapeError, DeviceError, naming the loss.
Array mse_loss_grad(const Array& dy, const Array& x, const Array& target, double factor);
Array l1_loss_grad(const Array& dy, const Array& x, const Array& target, double factor);
Array bce_with_logits_grad(const Array& dy, const Array& x, const Array& target, double factor);

struct CrossEntropyOptions {
  double label_smoothing = 0;   ///< the share of the target that is spread over all classes; in [0, 1]
  int64_t ignore_index = -100;  ///< samples of this class count nothing, in the mean's divisor neither
  Reduction reduction = Reduction::mean;
};
/// -sum over classes of target log softmax(logits), one loss a sample, reduced. logits: [n, classes, ...] or [classes];
/// target: int64 classes [n, ...], or probabilities of the logits' shape. `none` gives [n, ...]. Throws ShapeError,
/// DTypeError, IndexError for a class out of range, ValueError for a smoothing out of range.
Array cross_entropy(const Array& logits, const Array& target, const CrossEntropyOptions& options = {});

/// The loss and, in the same pass, its gradient by the logits; where nothing is reduced, that of each sample's loss.
struct LossAndGradient {
  Array loss, gradient;
};
LossAndGradient cross_entropy_with_gradient(const Array& logits, const Array& target,
                                            const CrossEntropyOptions& options = {});

struct NllOptions {
  int64_t ignore_index = -100;
  Reduction reduction = Reduction::mean;
};
/// -log_probabilities[i, target[i], ...], reduced: cross_entropy of what log_softmax gave. Shapes and errors as there.
Array nll_loss(const Array& log_probabilities, const Array& target, const NllOptions& options = {});

}  // namespace v0
}  // namespace tenon
