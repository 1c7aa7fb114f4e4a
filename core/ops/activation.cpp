#include "tenon/core/ops/activation.h"

#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;

Array relu(const Array& x) { return detail::unary(kernels.activation.relu, x); }
Array relu_grad(const Array& dy, const Array& y) { return detail::binary(kernels.activation.relu_grad, dy, y); }

}  // namespace tenon::inline v0
