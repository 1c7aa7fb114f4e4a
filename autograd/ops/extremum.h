#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/extremum.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/extremum.h.

/// The gradient, shared out evenly among the elements of that value.
Tensor amax(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor amin(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);
/// The gradient goes to the element at the index.
Indexed<Tensor> max(const Tensor& x, int64_t axis, bool keepdim = false);
Indexed<Tensor> min(const Tensor& x, int64_t axis, bool keepdim = false);
// Without gradients.
Tensor argmax(const Tensor& x);
Tensor argmin(const Tensor& x);
Tensor argmax(const Tensor& x, int64_t axis, bool keepdim = false);
Tensor argmin(const Tensor& x, int64_t axis, bool keepdim = false);
Tensor any(const Tensor& x, const Axes& axes = {}, bool keepdim = false);
Tensor all(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
