#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What becomes of the losses of a batch's elements or samples.
enum class Reduction : uint8_t { mean, sum, none };

struct CrossEntropySettings {
  double label_smoothing;
  int64_t ignore_index;
  Reduction reduction;
};

/// logits: [rows, classes], row-major. target: int64 classes [rows], or probabilities like the logits. loss: [rows], or
/// 0-d where it is reduced. grad, if it has data: that of the loss by the logits. A row whose class is ignore_index
/// counts nothing; a class out of range is a data fault.
using CrossEntropyKernel = Status(const View& loss, const View& grad, const View& logits, const View& target,
                                  const CrossEntropySettings&, const Launch&);

struct LossKernels {
  Slot<CrossEntropyKernel> cross_entropy{"cross_entropy", floating};
  /// Operands: out, x, target.
  Slot<ElementwiseKernel> mse{"mse_loss", floating}, l1{"l1_loss", floating},
      bce_with_logits{"bce_with_logits", floating};
  /// Operands: out, dy, x, target, factor: dy times the factor times the slope of the loss by x. The factor is the
  /// immediate, float32 where the dtype has 16 bits.
  Slot<ElementwiseKernel> mse_grad{"mse_loss", floating}, l1_grad{"l1_loss", floating},
      bce_with_logits_grad{"bce_with_logits", floating};
};

}  // namespace v0
}  // namespace tenon
