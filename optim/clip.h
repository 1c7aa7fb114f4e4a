#pragma once
#include <vector>

#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

/// Scales all gradients by one factor so that their norm, taken over all of them together, is at most `max_norm`, as
/// PyTorch's clip_grad_norm_. Returns the norm before, a 0-d array on the gradients' device; nothing waits for it.
Array clip_grad_norm(const std::vector<Tensor>& parameters, double max_norm);

}  // namespace optim
}  // namespace v0
}  // namespace tenon
