#include "tenon/core/ops/activation.h"

#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;
using detail::unary_on_floats;

namespace {

/// In the layout of the value: what follows reads both, and dy may have come through a reshape.
Array gradient(const detail::ElementwiseSlot& slot, const Array& dy, const Array& value) {
  const View a = dy.raw(), b = value.raw();
  const bool follows = !(a.layout & b.layout & (row_major | channels_last)) && b.layout & dense && a.dtype == b.dtype &&
                       same_shape(a, b) && dy.device() == value.device();
  if (!follows) return detail::binary(slot, dy, value);
  Array out = empty_like(value, value.dtype());
  detail::elementwise_into(slot, out, {&dy, &value}, slot.name());
  return out;
}

}  // namespace

Array relu(const Array& x) { return detail::unary(kernels.activation.relu, x); }
Array sigmoid(const Array& x) { return unary_on_floats(kernels.activation.sigmoid, x); }
Array tanh(const Array& x) { return unary_on_floats(kernels.activation.tanh, x); }
Array silu(const Array& x) { return unary_on_floats(kernels.activation.silu, x); }
Array gelu(const Array& x, GeluOptions options) {
  return unary_on_floats(options.approximate ? kernels.activation.gelu_tanh : kernels.activation.gelu, x);
}

Array relu_grad(const Array& dy, const Array& y) { return gradient(kernels.activation.relu_grad, dy, y); }
Array sigmoid_grad(const Array& dy, const Array& y) { return gradient(kernels.activation.sigmoid_grad, dy, y); }
Array tanh_grad(const Array& dy, const Array& y) { return gradient(kernels.activation.tanh_grad, dy, y); }
Array silu_grad(const Array& dy, const Array& x) { return gradient(kernels.activation.silu_grad, dy, x); }
Array gelu_grad(const Array& dy, const Array& x, GeluOptions options) {
  return gradient(options.approximate ? kernels.activation.gelu_tanh_grad : kernels.activation.gelu_grad, dy, x);
}

}  // namespace tenon::inline v0
