#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/index.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/index.h. What is read at an index gets its gradient added there, in order.

/// dx = index_add(0, axis, index, dy)
Tensor index_select(const Tensor& x, int64_t axis, const Tensor& index);
/// d weight = index_add(0, 0, index, dy)
Tensor embedding(const Tensor& index, const Tensor& weight);
/// dx = dy; d source = index_select(dy, axis, index)
Tensor index_add(const Tensor& x, int64_t axis, const Tensor& index, const Tensor& source);
/// dx = scatter_add(0, axis, index, dy)
Tensor gather(const Tensor& x, int64_t axis, const Tensor& index);
/// dx = dy; d source = gather(dy, axis, index), and 0 where the index does not reach
Tensor scatter_add(const Tensor& x, int64_t axis, const Tensor& index, const Tensor& source);
/// dx has dy where the mask holds, else 0.
Tensor masked_select(const Tensor& x, const Tensor& mask);
// Without gradients.
Tensor nonzero(const Tensor& x);
Tensor one_hot(const Tensor& index, int64_t classes = -1);

namespace detail {
/// Zeros of `shape`, with the elements of dy added where `indices` says: the gradient of what was gathered.
Tensor scattered(const Tensor& dy, const Shape& shape, int64_t axis, const Tensor& indices);
}  // namespace detail

}  // namespace v0
}  // namespace tenon
