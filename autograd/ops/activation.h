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
/// d/dx = y (1 - y)
Tensor sigmoid(const Tensor& x);
/// d/dx = 1 - y^2
Tensor tanh(const Tensor& x);
/// d/dx = s (1 + x (1 - s)) with s = sigmoid(x)
Tensor silu(const Tensor& x);
/// d/dx = P(x) + x p(x), with P and p the distribution and density of the standard normal; or the derivative of the
/// approximate formula.
Tensor gelu(const Tensor& x, GeluOptions options = {});

}  // namespace v0
}  // namespace tenon
