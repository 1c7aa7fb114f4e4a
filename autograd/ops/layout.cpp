#include "tenon/autograd/ops/layout.h"

#include "tenon/autograd/in_place.h"
#include "tenon/autograd/record.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

namespace {

/// An op that moves elements and leaves their order: the gradient in the input's shape.
Tensor record_reshaped(const char* name, Array&& output, const Tensor& x) {
  return record(name, static_cast<Array&&>(output), {x}, keep_nothing,
                [](const Backward& b) { return gradients(reshape(b.dy(), b.shape_of(0))); });
}

/// An op that leaves the elements as they are: the engine reduces, casts and moves the gradient to fit.
Tensor record_passed(const char* name, Array&& output, const Tensor& x) {
  return record(name, static_cast<Array&&>(output), {x}, keep_nothing,
                [](const Backward& b) { return gradients(b.dy()); });
}

/// Zeros of `shape` but for a slice, which is x: the gradient of that slice.
Tensor place(const Tensor& x, const Shape& shape, int64_t axis, int64_t start, int64_t stop, int64_t step) {
  const Array all = zeros(shape, x.dtype(), x.device());
  copy_(slice(all, axis, start, stop, step), x.array());
  return record("slice_grad", all, {x}, keep_nothing,
                [=](const Backward& b) { return gradients(slice(b.dy(), axis, start, stop, step)); });
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) { return record_reshaped("reshape", reshape(x.array(), shape), x); }
Tensor flatten(const Tensor& x, int64_t start, int64_t end) {
  return record_reshaped("flatten", flatten(x.array(), start, end), x);
}
Tensor squeeze(const Tensor& x, const Axes& axes) { return record_reshaped("squeeze", squeeze(x.array(), axes), x); }
Tensor unsqueeze(const Tensor& x, int64_t axis) { return record_reshaped("unsqueeze", unsqueeze(x.array(), axis), x); }

Tensor transpose(const Tensor& x, int64_t a, int64_t b) {
  return record("transpose", transpose(x.array(), a, b), {x}, keep_nothing,
                [a, b](const Backward& g) { return gradients(transpose(g.dy(), a, b)); });
}
Tensor transpose(const Tensor& x, const Axes& order) { return permute(x, order); }
Tensor permute(const Tensor& x, const Axes& order) {
  Array output = permute(x.array(), order);
  const Shape axes = order.resolve(x.ndim(), "permute");
  Shape back = axes;
  for (int i = 0; i < axes.ndim(); ++i) back[static_cast<int>(axes[i])] = i;
  return record("permute", static_cast<Array&&>(output), {x}, keep_nothing, [back](const Backward& b) {
    return gradients(permute(b.dy(), std::vector<int64_t>(back.begin(), back.end())));
  });
}

Tensor expand(const Tensor& x, const Shape& shape) { return record_passed("expand", expand(x.array(), shape), x); }

Tensor slice(const Tensor& x, int64_t axis, int64_t start, int64_t stop, int64_t step) {
  return record("slice", slice(x.array(), axis, start, stop, step), {x}, keep_nothing,
                [=](const Backward& b) { return gradients(place(b.dy(), b.shape_of(0), axis, start, stop, step)); });
}
Tensor select(const Tensor& x, int64_t axis, int64_t index) {
  Array output = select(x.array(), axis, index);
  const int64_t at = normalize_axis(axis, x.ndim(), "select"), from = index < 0 ? index + x.size(at) : index;
  return record("select", static_cast<Array&&>(output), {x}, keep_nothing, [at, from](const Backward& b) {
    return gradients(place(unsqueeze(b.dy(), at), b.shape_of(0), at, from, from + 1, 1));
  });
}

Tensor contiguous(const Tensor& x) {
  if (x.is_contiguous()) return x;
  return record_passed("contiguous", contiguous(x.array()), x);
}
Tensor clone(const Tensor& x) { return record_passed("clone", clone(x.array()), x); }
Tensor cast(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  return record_passed("cast", cast(x.array(), dtype), x);
}
Tensor to_device(const Tensor& x, Device device, ToOptions options) {
  if (x.device() == device) return x;
  return record_passed("to_device", to_device(x.array(), device, options), x);
}
void copy_(const Tensor& x, const Tensor& source) {
  detail::check_in_place("copy_", x, source);
  copy_(x.array(), source.array());
}

}  // namespace tenon::inline v0
