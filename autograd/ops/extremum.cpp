#include "tenon/autograd/ops/extremum.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/index.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/spread.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

namespace {

Tensor shared_out(const char* op, Array&& extreme, const Tensor& x, const Axes& axes) {
  const uint32_t mask = axes.mask(x.ndim(), op);
  return record(op, static_cast<Array&&>(extreme), {x}, keep_inputs | keep_output, [mask](const Backward& b) {
    return gradients(detail::spread(b.dy(), b.shape_of(0), mask) *
                     detail::shares_of_extremes(b.input(0).array(), b.output().array(), mask));
  });
}

Indexed<Tensor> at_index(const char* op, Indexed<Array>&& found, const Tensor& x, int64_t axis, bool keepdim) {
  const int at = normalize_axis_or_scalar(axis, x.ndim(), op);
  Tensor values = record(
      op, static_cast<Array&&>(found.values), {x}, keep_nothing, saved{found.indices},
      [at, keepdim](const Backward& b) {
        const Tensor indices = b.saved(0);
        return gradients(keepdim ? detail::scattered(b.dy(), b.shape_of(0), at, indices)
                                 : detail::scattered(unsqueeze(b.dy(), at), b.shape_of(0), at, unsqueeze(indices, at)));
      });
  return {std::move(values), Tensor(std::move(found.indices))};
}

}  // namespace

Tensor amax(const Tensor& x, const Axes& axes, bool keepdim) {
  return shared_out("amax", amax(x.array(), axes, keepdim), x, axes);
}
Tensor amin(const Tensor& x, const Axes& axes, bool keepdim) {
  return shared_out("amin", amin(x.array(), axes, keepdim), x, axes);
}
Tensor max(const Tensor& x) { return shared_out("max", max(x.array()), x, {}); }
Tensor min(const Tensor& x) { return shared_out("min", min(x.array()), x, {}); }
Indexed<Tensor> max(const Tensor& x, int64_t axis, bool keepdim) {
  return at_index("max", max(x.array(), axis, keepdim), x, axis, keepdim);
}
Indexed<Tensor> min(const Tensor& x, int64_t axis, bool keepdim) {
  return at_index("min", min(x.array(), axis, keepdim), x, axis, keepdim);
}
Tensor argmax(const Tensor& x) { return argmax(x.array()); }
Tensor argmin(const Tensor& x) { return argmin(x.array()); }
Tensor argmax(const Tensor& x, int64_t axis, bool keepdim) { return argmax(x.array(), axis, keepdim); }
Tensor argmin(const Tensor& x, int64_t axis, bool keepdim) { return argmin(x.array(), axis, keepdim); }
Tensor any(const Tensor& x, const Axes& axes, bool keepdim) { return any(x.array(), axes, keepdim); }
Tensor all(const Tensor& x, const Axes& axes, bool keepdim) { return all(x.array(), axes, keepdim); }

}  // namespace tenon::inline v0
