#include "tenon/core/ops/activation.h"

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::unary_on_floats;

Array relu(const Array& x) { return detail::unary(kernels.activation.relu, x); }
Array sigmoid(const Array& x) { return unary_on_floats(kernels.activation.sigmoid, x); }
Array tanh(const Array& x) { return unary_on_floats(kernels.activation.tanh, x); }
Array silu(const Array& x) { return unary_on_floats(kernels.activation.silu, x); }
Array gelu(const Array& x, GeluOptions options) {
  return unary_on_floats(options.approximate ? kernels.activation.gelu_tanh : kernels.activation.gelu, x);
}

Array relu_grad(const Array& dy, const Array& y) { return detail::binary(kernels.activation.relu_grad, dy, y); }
Array sigmoid_grad(const Array& dy, const Array& y) { return detail::binary(kernels.activation.sigmoid_grad, dy, y); }
Array tanh_grad(const Array& dy, const Array& y) { return detail::binary(kernels.activation.tanh_grad, dy, y); }
Array silu_grad(const Array& dy, const Array& x) { return detail::binary(kernels.activation.silu_grad, dy, x); }
Array gelu_grad(const Array& dy, const Array& x, GeluOptions options) {
  return detail::binary(options.approximate ? kernels.activation.gelu_tanh_grad : kernels.activation.gelu_grad, dy, x);
}

}  // namespace tenon::inline v0
