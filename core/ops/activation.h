#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Elementwise. All but relu give float32 for integers and bool.

/// max(x, 0); nan stays.
Array relu(const Array& x);
/// 1 / (1 + e^-x)
Array sigmoid(const Array& x);
/// (e^x - e^-x) / (e^x + e^-x)
Array tanh(const Array& x);
/// x sigmoid(x)
Array silu(const Array& x);

/// Which formula gelu takes.
struct GeluOptions {
  /// x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) instead of the exact one, as in GPT-2.
  bool approximate = false;
};
/// x / 2 (1 + erf(x / sqrt(2))): x times the share of the standard normal distribution below x (Hendrycks and Gimpel,
/// 2016).
Array gelu(const Array& x, GeluOptions options = {});

// Gradients in one pass: from dy and the op's output y, or from dy and its input x. They broadcast and promote
// (ShapeError, DTypeError).

/// dy where y > 0, else 0. At 0 the gradient is 0.
Array relu_grad(const Array& dy, const Array& y);
/// dy y (1 - y)
Array sigmoid_grad(const Array& dy, const Array& y);
/// dy (1 - y^2)
Array tanh_grad(const Array& dy, const Array& y);
/// dy s (1 + x (1 - s)), s = sigmoid(x)
Array silu_grad(const Array& dy, const Array& x);
/// dy (P(x) + x p(x)), p and P being density and distribution of the standard normal; for `approximate` the derivative
/// of that formula.
Array gelu_grad(const Array& dy, const Array& x, GeluOptions options = {});

}  // namespace v0
}  // namespace tenon
