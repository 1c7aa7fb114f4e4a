#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/activation.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/activation.h.

/// d/dx = 1 where x > 0, else 0
Tensor relu(const Tensor& x);
/// d/d(dy) = 1 where y > 0, else 0; d/dy = 0
Tensor relu_grad(const Tensor& dy, const Tensor& y);

}  // namespace v0
}  // namespace tenon
