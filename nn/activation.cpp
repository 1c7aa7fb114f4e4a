#include "tenon/nn/activation.h"

#include "tenon/autograd/ops/activation.h"

namespace tenon::inline v0::nn {

Tensor ReLU::forward(const Tensor& x) { return relu(x); }
Tensor GELU::forward(const Tensor& x) { return gelu(x, {.approximate = options_.tanh}); }
Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
Tensor Tanh::forward(const Tensor& x) { return tanh(x); }

}  // namespace tenon::inline v0::nn
