#include "tenon/core/ops/sort.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

/// The first `count` in order; the kernel takes rows, so the axis goes to the end and back.
Indexed<Array> first_in_order(const Slot<SortKernel>& slot, const Array& x0, int at, int64_t count, bool descending) {
  if (x0.ndim() == 0) {
    const Indexed<Array> found = first_in_order(slot, unsqueeze(x0, 0), at, count, descending);
    return {reshape(found.values, {}), reshape(found.indices, {})};
  }
  const Array x = contiguous(transpose(x0, at, -1));
  Shape shape = x.shape();
  const int64_t size = shape[x.ndim() - 1];
  shape[x.ndim() - 1] = count;
  const Array values = empty(shape, x.dtype(), x.device()), indices = empty(shape, int64, x.device());
  if (values.numel() > 0) {
    detail::run(slot, x.device(), x.dtype(), values.raw(), indices.raw(), x.raw(),
                SortOptions{x.numel() / size, size, count, descending});
  }
  return {contiguous(transpose(values, at, -1)), contiguous(transpose(indices, at, -1))};
}

}  // namespace

Indexed<Array> sort(const Array& x, int64_t axis, bool descending) {
  TENON_CHECK(x.defined(), ValueError, "sort: the input is not defined");
  const int at = normalize_axis_or_scalar(axis, x.ndim(), "sort");
  return first_in_order(kernels.sort.sort, x, at, x.ndim() == 0 ? 1 : x.size(at), descending);
}

Array argsort(const Array& x, int64_t axis, bool descending) {
  detail::check_defined("argsort", x);
  return sort(x, axis, descending).indices;
}

Indexed<Array> topk(const Array& x, int64_t k, TopkOptions options) {
  TENON_CHECK(x.defined(), ValueError, "topk: the input is not defined");
  const int at = normalize_axis_or_scalar(options.axis, x.ndim(), "topk");
  TENON_CHECK(x.ndim() > 0 || k == 1, ShapeError, "topk: k is ", k, ", but x is one number");
  TENON_CHECK(x.ndim() == 0 || (k >= 0 && k <= x.size(at)), ShapeError, "topk: k is ", k, ", but axis ", options.axis,
              " of ", x.shape(), " has ", x.size(at), " elements");
  return first_in_order(kernels.sort.topk, x, at, k, options.largest);
}

}  // namespace tenon::inline v0
