#include "tenon/autograd/ops/sort.h"

#include "tenon/autograd/ops/index.h"
#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

namespace {

Indexed<Tensor> chosen(const char* op, Indexed<Array>&& found, const Tensor& x, int64_t axis) {
  Tensor values = record(
      op, static_cast<Array&&>(found.values), {x}, keep_nothing, saved{found.indices},
      [axis](const Backward& b) { return gradients(detail::scattered(b.dy(), b.shape_of(0), axis, b.saved(0))); });
  return {std::move(values), Tensor(std::move(found.indices))};
}

}  // namespace

Indexed<Tensor> sort(const Tensor& x, int64_t axis, bool descending) {
  return chosen("sort", sort(x.array(), axis, descending), x, axis);
}
Tensor argsort(const Tensor& x, int64_t axis, bool descending) { return argsort(x.array(), axis, descending); }
Indexed<Tensor> topk(const Tensor& x, int64_t k, TopkOptions options) {
  return chosen("topk", topk(x.array(), k, options), x, options.axis);
}

}  // namespace tenon::inline v0
