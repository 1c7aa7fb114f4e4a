#include "tenon/autograd/ops/pool.h"

#include "tenon/autograd/record.h"
#include "tenon/core/ops/images.h"

namespace tenon::inline v0 {

using detail::extent;

namespace {

Tensor record_max_pool(const Tensor& x, const MaxPooled<Array>& pooled, const MaxPool2dOptions& options) {
  return record("max_pool2d", pooled.values, {x}, keep_nothing, saved{pooled.indices}, [options](const Backward& b) {
    return gradients(max_pool2d_grad(b.dy(), b.saved(0), extent(b.shape_of(0)), options));
  });
}

/// The elements of x at the indices, which came from a pooling with these options.
Tensor pick(const Tensor& x, const Array& indices, const MaxPool2dOptions& options) {
  return record("max_pool2d_pick", max_pool2d_pick(x.array(), indices), {x}, keep_nothing, saved{indices},
                [options](const Backward& b) {
                  return gradients(max_pool2d_grad(b.dy(), b.saved(0), extent(b.shape_of(0)), options));
                });
}

}  // namespace

Tensor max_pool2d(const Tensor& x, const MaxPool2dOptions& options) {
  if (!recording({x})) return max_pool2d(x.array(), options);
  return record_max_pool(x, max_pool2d_with_indices(x.array(), options), options);
}

MaxPooled<Tensor> max_pool2d_with_indices(const Tensor& x, const MaxPool2dOptions& options) {
  const MaxPooled<Array> pooled = max_pool2d_with_indices(x.array(), options);
  return {record_max_pool(x, pooled, options), pooled.indices};
}

Tensor max_pool2d_grad(const Tensor& dy, const Array& indices, Pair input, const MaxPool2dOptions& options) {
  return record("max_pool2d_grad", max_pool2d_grad(dy.array(), indices, input, options), {dy}, keep_nothing,
                saved{indices}, [options](const Backward& b) { return gradients(pick(b.dy(), b.saved(0), options)); });
}

Tensor avg_pool2d(const Tensor& x, const AvgPool2dOptions& options) {
  return record("avg_pool2d", avg_pool2d(x.array(), options), {x}, keep_nothing, [options](const Backward& b) {
    return gradients(avg_pool2d_grad(b.dy(), extent(b.shape_of(0)), options));
  });
}
Tensor avg_pool2d_grad(const Tensor& dy, Pair input, const AvgPool2dOptions& options) {
  return record("avg_pool2d_grad", avg_pool2d_grad(dy.array(), input, options), {dy}, keep_nothing,
                [options](const Backward& b) { return gradients(avg_pool2d(b.dy(), options)); });
}

Tensor adaptive_avg_pool2d(const Tensor& x, Pair output) {
  return record("adaptive_avg_pool2d", adaptive_avg_pool2d(x.array(), output), {x}, keep_nothing,
                [](const Backward& b) { return gradients(adaptive_avg_pool2d_grad(b.dy(), extent(b.shape_of(0)))); });
}
Tensor adaptive_avg_pool2d_grad(const Tensor& dy, Pair input) {
  return record("adaptive_avg_pool2d_grad", adaptive_avg_pool2d_grad(dy.array(), input), {dy}, keep_nothing,
                [](const Backward& b) { return gradients(adaptive_avg_pool2d(b.dy(), extent(b.shape_of(0)))); });
}

}  // namespace tenon::inline v0
