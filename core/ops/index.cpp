#include "tenon/core/ops/index.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/axis.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

/// The index as int64 on the device of what it points into.
Array checked_index(const char* op, const Array& x, const Array& index) {
  TENON_CHECK(x.defined() && index.defined(), ValueError, op, ": an input is not defined");
  TENON_CHECK(is_integral(index.dtype()), DTypeError, op, ": the index must be integers, got ", name_of(index.dtype()));
  if (index.ndim() > 0) detail::check_same_device(op, x, {&index}, "x index");
  return cast(index, int64).to(x.device());
}

/// 16-bit types add up in float32: many small terms would vanish.
DType added_in(DType type) { return type == float16 || type == bfloat16 ? float32 : type; }

bool is_number(const Array& x) { return x.defined() && x.ndim() == 0; }
/// x, or where it has no dimensions, x with one.
Array with_axis(const Array& x) { return is_number(x) ? unsqueeze(x, 0) : x; }

void check_source(const char* op, const Array& x, const Array& source) {
  TENON_CHECK(source.defined(), ValueError, op, ": an input is not defined");
  detail::check_same_device(op, x, {&source}, "x source");
}

Array row_major_copy(const Array& x) { return x.is_contiguous() ? clone(x) : contiguous(x); }

Array select_rows(const Slot<IndexSelectKernel>& slot, const Array& x0, int at, const Array& index,
                  const Shape& shape) {
  const Array x = contiguous(x0), positions = contiguous(index);
  Array out = empty(shape, x.dtype(), x.device());
  if (out.numel() == 0) return out;
  detail::run_indexed({at, x.size(at)}, slot, x.device(), x.dtype(), out.raw(), x.raw(), positions.raw(),
                      detail::axis_loop(x.shape(), at));
  return out;
}

/// The geometry of an operand without one axis, cut to the shape that all share.
struct WithoutAxis {
  WithoutAxis(const Array& x, int axis) : strides(x.strides()) { strides.erase(axis); }
  View view(const Array& x, const Shape& shape) const {
    return {x.data(), shape.begin(), strides.begin(), shape.ndim(), x.dtype(), 0};
  }
  Shape strides;
};

/// Runs gather or scatter over the shape of the index; `sized` is the operand that the index points into.
void run_along(const Slot<IndexedKernel>& slot, int at, const Array& out, const Array& x, const Array& index,
               const Array& sized) {
  if (index.numel() == 0) return;
  Shape shape = index.shape();
  shape.erase(at);
  const WithoutAxis o(out, at), i(x, at), k(index, at);
  const View views[] = {o.view(out, shape), i.view(x, shape), k.view(index, shape)};
  Loop loop;
  detail::make_loop(loop, views, shape.begin(), shape.ndim());
  const IndexedAxis axis{
      index.size(at), sized.size(at), {out.raw().strides[at], x.raw().strides[at], index.raw().strides[at]}};
  detail::run_indexed({at, sized.size(at)}, slot, out.device(), out.dtype(), loop, axis);
}

/// Throws ShapeError unless the index is nowhere larger than x, the axis apart (or, with axis -1, anywhere).
void check_fits(const char* op, const Array& x, const char* name, const Array& index, int axis) {
  bool fits = x.ndim() == index.ndim();
  for (int i = 0; fits && i < x.ndim(); ++i) fits = i == axis || index.size(i) <= x.size(i);
  TENON_CHECK(fits, ShapeError, op, ": index ", index.shape(), " does not fit ", name, " ", x.shape());
}

}  // namespace

Array index_select(const Array& x, int64_t axis, const Array& index0) {
  if (is_number(x)) {
    TENON_CHECK(index0.numel() == 1, ShapeError, "index_select: x is one number, but there are ", index0.numel(),
                " indices");
    return reshape(index_select(unsqueeze(x, 0), axis, index0), {});
  }
  const Array index = checked_index("index_select", x, index0);
  const int at = normalize_axis(axis, x.ndim(), "index_select");
  TENON_CHECK(index.ndim() <= 1, ShapeError, "index_select: the index must have one dimension, got ", index.shape());
  Shape shape = x.shape();
  shape[at] = index.numel();
  return select_rows(kernels.index.index_select, x, at, index, shape);
}

Array embedding(const Array& index0, const Array& weight) {
  const Array index = checked_index("embedding", weight, index0);
  TENON_CHECK(weight.ndim() == 2, ShapeError, "embedding: the weight must be [rows, features], got ", weight.shape());
  Shape shape = index.shape();
  shape.push_back(weight.size(1));
  return select_rows(kernels.index.embedding, weight, 0, index, shape);
}

Array index_add(const Array& x, int64_t axis, const Array& index0, const Array& source0) {
  check_source("index_add", x, source0);
  if (is_number(x)) {
    return reshape(index_add(unsqueeze(x, 0), axis, index0, with_axis(source0)), {});
  }
  const Array index = contiguous(checked_index("index_add", x, index0));
  const int at = normalize_axis(axis, x.ndim(), "index_add");
  TENON_CHECK(index.ndim() <= 1, ShapeError, "index_add: the index must have one dimension, got ", index.shape());
  Shape expected = x.shape();
  expected[at] = index.numel();
  TENON_CHECK(source0.shape() == expected, ShapeError, "index_add: the source must be ", expected, ", got ",
              source0.shape());
  const DType type = added_in(x.dtype());
  const Array source = contiguous(cast(source0, type));
  const Array out = type == x.dtype() ? row_major_copy(x) : contiguous(cast(x, type));
  if (source.numel() > 0) {
    detail::run_indexed({at, x.size(at)}, kernels.index.index_add, x.device(), type, out.raw(), source.raw(),
                        index.raw(), detail::axis_loop(x.shape(), at));
  }
  return cast(out, x.dtype());
}

Array gather(const Array& x, int64_t axis, const Array& index0) {
  if (is_number(x) || is_number(index0)) {
    return reshape(gather(with_axis(x), axis, with_axis(index0)), index0.shape());
  }
  const Array index = checked_index("gather", x, index0);
  const int at = normalize_axis(axis, x.ndim(), "gather");
  check_fits("gather", x, "x", index, at);
  Array out = empty(index.shape(), x.dtype(), x.device());
  run_along(kernels.index.gather, at, out, x, index, x);
  return out;
}

Array scatter_add(const Array& x, int64_t axis, const Array& index0, const Array& source0) {
  check_source("scatter_add", x, source0);
  if (is_number(x) || is_number(index0) || is_number(source0)) {
    return reshape(scatter_add(with_axis(x), axis, with_axis(index0), with_axis(source0)), x.shape());
  }
  const Array index = checked_index("scatter_add", x, index0);
  const int at = normalize_axis(axis, x.ndim(), "scatter_add");
  check_fits("scatter_add", x, "x", index, at);
  check_fits("scatter_add", source0, "the source", index, -1);
  const DType type = added_in(x.dtype());
  const Array out = type == x.dtype() ? clone(x) : cast(x, type);
  run_along(kernels.index.scatter_add, at, out, cast(source0, type), index, x);
  return cast(out, x.dtype());
}

Array nonzero(const Array& x) {
  TENON_CHECK(x.defined(), ValueError, "nonzero: the input is not defined");
  const Array mask = contiguous(cast(x, bool_));
  Array out = empty({sum(mask).item<int64_t>(), x.ndim()}, int64, x.device());
  if (out.numel() > 0) detail::run(kernels.index.nonzero, x.device(), bool_, out.raw(), mask.raw());
  return out;
}

Array masked_select(const Array& x, const Array& mask) {
  TENON_CHECK(x.defined() && mask.defined(), ValueError, "masked_select: an input is not defined");
  TENON_CHECK(mask.dtype() == bool_, DTypeError, "masked_select: the mask must be bool, got ", name_of(mask.dtype()));
  const Shape shape = broadcast_shapes(x.shape(), mask.shape(), "masked_select");
  const Array positions = nonzero(reshape(expand(mask, shape), {-1}));
  return index_select(reshape(expand(x, shape), {-1}), 0, reshape(positions, {-1}));
}

Array one_hot(const Array& index0, int64_t classes) {
  TENON_CHECK(index0.defined(), ValueError, "one_hot: the input is not defined");
  TENON_CHECK(classes >= -1, ValueError, "one_hot: classes is ", classes);
  TENON_CHECK(classes >= 0 || index0.numel() > 0, ShapeError, "one_hot: how many classes, cannot be seen from ",
              index0.shape());
  if (classes < 0) classes = max(index0).item<int64_t>() + 1;
  Shape shape = index0.shape();
  shape.push_back(classes);
  Array out = zeros(shape, int64, index0.device());
  const Array index = unsqueeze(checked_index("one_hot", out, index0), -1);
  run_along(kernels.index.one_hot, index.ndim() - 1, out, expand(ones({}, int64, out.device()), index.shape()), index,
            out);
  return out;
}

}  // namespace tenon::inline v0
