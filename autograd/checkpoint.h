#pragma once
#include <functional>
#include <vector>

#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Activation checkpointing: `function(inputs)`, of which only the inputs are kept for the gradient; the backward pass
/// computes the function again and lets its graph go. Less memory for about a third more time. Gradients flow to the
/// inputs and to whatever else the function reads (the parameters of its modules). The function must compute the same
/// both times: random ops on the default generator draw the same numbers again (what other threads draw from it
/// meanwhile repeats, too; a Generator of your own goes on), and an Autocast around the call holds for both. Gradients
/// can be differentiated in turn.
std::vector<Tensor> checkpoint(std::function<std::vector<Tensor>(const std::vector<Tensor>&)> function,
                               const std::vector<Tensor>& inputs);
Tensor checkpoint(std::function<Tensor(const std::vector<Tensor>&)> function, const std::vector<Tensor>& inputs);

}  // namespace v0
}  // namespace tenon
