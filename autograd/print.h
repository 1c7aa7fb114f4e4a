#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/io/print.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// As an Array is shown, with `tensor` in front, and behind the elements `requires_grad=true` or the op that made it:
/// `tensor([1., 2.], grad_fn=<mul>)`.
std::string to_string(const Tensor& x, const PrintOptions& options = {});
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace v0
}  // namespace tenon
