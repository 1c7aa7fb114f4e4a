#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/loss.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/loss.h. For the mean, gradients are divided by the number of elements (or samples).

/// d/dx = 2 (x - target), d/dtarget = -d/dx
Tensor mse_loss(const Tensor& x, const Tensor& target, const LossOptions& options = {});
/// d/dx = sign(x - target), d/dtarget = -d/dx
Tensor l1_loss(const Tensor& x, const Tensor& target, const LossOptions& options = {});
/// d/dx = sigmoid(x) - target, d/dtarget = -x
Tensor bce_with_logits(const Tensor& x, const Tensor& target, const LossOptions& options = {});
/// With t the target after smoothing: d/dlogits = softmax(logits) sum(t) - t, d/dt = -log_softmax(logits)
Tensor cross_entropy(const Tensor& logits, const Tensor& target, const CrossEntropyOptions& options = {});
/// d/dx = -1 at each target
Tensor nll_loss(const Tensor& log_probabilities, const Tensor& target, const NllOptions& options = {});

}  // namespace v0
}  // namespace tenon
