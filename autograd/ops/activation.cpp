#include "tenon/autograd/ops/activation.h"

#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

Tensor relu(const Tensor& x) {
  return record("relu", relu(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(relu_grad(b.dy(), b.output())); });
}
Tensor relu_grad(const Tensor& dy, const Tensor& y) {
  return record("relu_grad", relu_grad(dy.array(), y.array()), {dy, y}, keep_input(1),
                [](const Backward& b) { return gradients(relu_grad(b.dy(), b.input(1)), Tensor()); });
}

}  // namespace tenon::inline v0
