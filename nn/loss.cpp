#include "tenon/nn/loss.h"

namespace tenon::inline v0::nn {

Tensor MSELoss::forward(const Tensor& input, const Tensor& target) {
  return mse_loss(input, target, {.reduction = options_.reduction});
}
Tensor L1Loss::forward(const Tensor& input, const Tensor& target) {
  return l1_loss(input, target, {.reduction = options_.reduction});
}
Tensor BCEWithLogitsLoss::forward(const Tensor& input, const Tensor& target) {
  return bce_with_logits(input, target, {.reduction = options_.reduction});
}
Tensor CrossEntropyLoss::forward(const Tensor& input, const Tensor& target) {
  return cross_entropy(input, target,
                       {.label_smoothing = options_.label_smoothing,
                        .ignore_index = options_.ignore_index,
                        .reduction = options_.reduction});
}

}  // namespace tenon::inline v0::nn
