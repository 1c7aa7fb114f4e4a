#include "tenon/autograd/ops/activation.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

namespace {

// The gradients again from differentiable ops, for when they are differentiated in turn; x is bounded, see
// math::bounded.

Tensor bounded(const Tensor& x) {
  const double far = x.dtype() == float16 ? 250 : 1e4;  // squares must not overflow
  return clamp(x, -far, far);
}

Tensor silu_slope(const Tensor& x) {
  const Tensor s = sigmoid(x);
  return s * (x * (1 - s) + 1);
}
Tensor gelu_slope(const Tensor& x) {
  const Tensor below = erf(x * 0.70710678118654752440) * 0.5 + 0.5;
  return below + x * (exp(square(x) * -0.5) * 0.39894228040143267794);
}
/// Of x sigmoid(2 u): see math::GeluTanh.
Tensor gelu_tanh_slope(const Tensor& x) {
  const Tensor x2 = square(x), s = sigmoid(x * (x2 * 0.044715 + 1) * 1.59576912160573071176);
  return s + x * (s * (1 - s)) * ((x2 * 0.134145 + 1) * 1.59576912160573071176);
}

}  // namespace

Tensor relu(const Tensor& x) {
  return record("relu", relu(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(relu_grad(b.dy(), b.output())); });
}
Tensor relu_grad(const Tensor& dy, const Tensor& y) {
  return record("relu_grad", relu_grad(dy.array(), y.array()), {dy, y}, keep_input(1),
                [](const Backward& b) { return gradients(relu_grad(b.dy(), b.input(1)), Tensor()); });
}

Tensor sigmoid(const Tensor& x) {
  return record("sigmoid", sigmoid(x.array()), {x}, keep_output, [](const Backward& b) {
    const Tensor y = b.output();
    return gradients(b.create_graph() ? b.dy() * (y * (1 - y)) : sigmoid_grad(b.dy().array(), y.array()));
  });
}
Tensor tanh(const Tensor& x) {
  return record("tanh", tanh(x.array()), {x}, keep_output, [](const Backward& b) {
    const Tensor y = b.output();
    return gradients(b.create_graph() ? b.dy() * (1 - square(y)) : tanh_grad(b.dy().array(), y.array()));
  });
}
Tensor silu(const Tensor& x) {
  return record("silu", silu(x.array()), {x}, keep_inputs, [](const Backward& b) {
    const Tensor v = b.input(0);
    return gradients(b.create_graph() ? b.dy() * silu_slope(bounded(v)) : silu_grad(b.dy().array(), v.array()));
  });
}
Tensor gelu(const Tensor& x, GeluOptions options) {
  return record("gelu", gelu(x.array(), options), {x}, keep_inputs, [options](const Backward& b) {
    const Tensor v = b.input(0);
    if (!b.create_graph()) return gradients(gelu_grad(b.dy().array(), v.array(), options));
    return gradients(b.dy() * (options.approximate ? gelu_tanh_slope(bounded(v)) : gelu_slope(bounded(v))));
  });
}

}  // namespace tenon::inline v0
