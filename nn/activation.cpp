#include "tenon/nn/activation.h"

#include <typeinfo>

#include "tenon/autograd/ops/activation.h"
#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

Tensor ReLU::forward(const Tensor& x) { return relu(x); }
Activation ReLU::activation() const { return typeid(*this) == typeid(ReLU) ? Activation::relu : Activation::none; }

Tensor GELU::forward(const Tensor& x) { return gelu(x, {.approximate = options_.tanh}); }
std::string GELU::description() const { return describe(options_); }

Tensor Sigmoid::forward(const Tensor& x) { return sigmoid(x); }
Tensor Tanh::forward(const Tensor& x) { return tanh(x); }

}  // namespace tenon::inline v0::nn
