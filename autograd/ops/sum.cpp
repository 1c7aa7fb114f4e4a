#include "tenon/autograd/ops/sum.h"

#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/spread.h"
#include "tenon/autograd/precision.h"

namespace tenon::inline v0 {

Tensor detail::spread(const Tensor& dy, const Shape& shape, uint32_t axes) {
  Shape kept = shape;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (axes >> i & 1) kept[i] = 1;
  }
  return expand(dy.shape() == kept ? dy : reshape(dy, kept), shape);
}

Tensor sum(const Tensor& x0, const Axes& axes, bool keepdim) {
  auto [x] = full_precision(x0);
  Array total = sum(x.array(), axes, keepdim);
  const uint32_t mask = axes.mask(x.ndim(), "sum");
  return record("sum", static_cast<Array&&>(total), {x}, keep_nothing,
                [mask](const Backward& b) { return gradients(detail::spread(b.dy(), b.shape_of(0), mask)); });
}

}  // namespace tenon::inline v0
