#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/arrange.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/arrange.h. Gradients go back to the places that the elements came from.

Tensor flip(const Tensor& x, const Axes& axes = {});
Tensor roll(const Tensor& x, int64_t shift, int64_t axis);
/// The gradient is summed over the copies.
Tensor tile(const Tensor& x, const Shape& counts);
Tensor pad(const Tensor& x, const std::vector<int64_t>& widths, Scalar value = 0);
Tensor tril(const Tensor& x, int64_t diagonal = 0);
Tensor triu(const Tensor& x, int64_t diagonal = 0);
/// dx is dy, cropped and mirrored to where it came from.
Tensor crop_flip(const Tensor& x, const Tensor& places, Pair size);

}  // namespace v0
}  // namespace tenon
