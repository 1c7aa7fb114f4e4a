#include "tenon/nn/loss.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

Tensor MSELoss::forward(const Tensor& input, const Tensor& target) {
  return mse_loss(input, target, {.reduction = options_.reduction});
}
std::string MSELoss::description() const { return describe(options_); }

Tensor L1Loss::forward(const Tensor& input, const Tensor& target) {
  return l1_loss(input, target, {.reduction = options_.reduction});
}
std::string L1Loss::description() const { return describe(options_); }

Tensor BCEWithLogitsLoss::forward(const Tensor& input, const Tensor& target) {
  return bce_with_logits(input, target, {.reduction = options_.reduction});
}
std::string BCEWithLogitsLoss::description() const { return describe(options_); }

void CrossEntropyLossOptions::check() const {
  TENON_CHECK(label_smoothing >= 0 && label_smoothing <= 1, ValueError, "label_smoothing must lie in [0, 1], got ",
              label_smoothing);
}

CrossEntropyLoss::CrossEntropyLoss(CrossEntropyLossOptions options) : options_(checked("CrossEntropyLoss", options)) {}
Tensor CrossEntropyLoss::forward(const Tensor& input, const Tensor& target) {
  return cross_entropy(input, target,
                       {.label_smoothing = options_.label_smoothing,
                        .ignore_index = options_.ignore_index,
                        .reduction = options_.reduction});
}
Array CrossEntropyLoss::counted(const Array& target) const {
  return is_floating(target.dtype()) ? Array() : target != options_.ignore_index;
}
std::string CrossEntropyLoss::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
