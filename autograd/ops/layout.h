#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/layout.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/layout.h. Gradients go back to the places that the elements came from.

Tensor reshape(const Tensor& x, const Shape& shape);
Tensor flatten(const Tensor& x, int64_t start = 0, int64_t end = -1);
Tensor transpose(const Tensor& x, int64_t a = -2, int64_t b = -1);
Tensor transpose(const Tensor& x, const Axes& order);
Tensor permute(const Tensor& x, const Axes& order);
Tensor squeeze(const Tensor& x, const Axes& axes = {});
Tensor unsqueeze(const Tensor& x, int64_t axis);
/// The gradient is summed over what was repeated.
Tensor expand(const Tensor& x, const Shape& shape);
/// The gradient is 0 outside the slice.
Tensor slice(const Tensor& x, int64_t axis, int64_t start, int64_t stop = to_end, int64_t step = 1);
Tensor select(const Tensor& x, int64_t axis, int64_t index);

Tensor contiguous(const Tensor& x);
Tensor clone(const Tensor& x);
/// The gradient comes back in the dtype of x. An integer result has none.
Tensor cast(const Tensor& x, DType dtype);
/// The gradient comes back on the device of x.
Tensor to_device(const Tensor& x, Device device, ToOptions options = {});
/// In place: throws GradError outside NoGrad if x or the source asks for gradients.
void copy_(const Tensor& x, const Tensor& source);

}  // namespace v0
}  // namespace tenon
