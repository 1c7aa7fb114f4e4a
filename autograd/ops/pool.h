#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/pool.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/pool.h.

/// The gradient goes to where each maximum was found.
Tensor max_pool2d(const Tensor& x, const MaxPool2dOptions& options);
inline Tensor max_pool2d(const Tensor& x, int64_t kernel) { return max_pool2d(x, MaxPool2dOptions{.kernel = kernel}); }
MaxPooled<Tensor> max_pool2d_with_indices(const Tensor& x, const MaxPool2dOptions& options);
/// d/ddy = max_pool2d_pick(g, indices)
Tensor max_pool2d_grad(const Tensor& dy, const Array& indices, Pair input, const MaxPool2dOptions& options);

/// The gradient, spread evenly over each window.
Tensor avg_pool2d(const Tensor& x, const AvgPool2dOptions& options);
inline Tensor avg_pool2d(const Tensor& x, int64_t kernel) { return avg_pool2d(x, AvgPool2dOptions{.kernel = kernel}); }
/// d/ddy = avg_pool2d(g)
Tensor avg_pool2d_grad(const Tensor& dy, Pair input, const AvgPool2dOptions& options);
/// The gradient, spread evenly over each window.
Tensor adaptive_avg_pool2d(const Tensor& x, Pair output);
/// d/ddy = adaptive_avg_pool2d(g)
Tensor adaptive_avg_pool2d_grad(const Tensor& dy, Pair input);

}  // namespace v0
}  // namespace tenon
