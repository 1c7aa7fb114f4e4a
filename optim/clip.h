#pragma once
#include <vector>

#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

/// Multiplies all gradients by min(1, max_norm / (norm + 1e-6)), where norm is the root of the sum of the squares of
/// all of them together, as PyTorch's clip_grad_norm_; 16-bit ones are squared and summed in float32. Returns the norm
/// before, a 0-d array on the first gradient's device; nothing waits for it. Two calls of a kernel for gradients of one
/// dtype on one device. Throws ValueError for a negative max_norm.
Array clip_grad_norm(const std::vector<Tensor>& parameters, double max_norm);
/// Brings every element of every gradient into [-max_value, max_value]; nan stays. As PyTorch's clip_grad_value_.
/// Throws ValueError for a negative max_value.
void clip_grad_value(const std::vector<Tensor>& parameters, double max_value);

}  // namespace optim
}  // namespace v0
}  // namespace tenon
