#include "tenon/core/ops/layout.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/geometry.h"
#include "tenon/core/ops/elementwise.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

void check_defined(const Array& x, const char* op) {
  TENON_CHECK(x.defined(), ValueError, op, ": the array is not defined");
}

char* element(const Array& x, int64_t offset) {
  return static_cast<char*>(x.data()) + offset * static_cast<int64_t>(size_of(x.dtype()));
}

/// Replaces a -1 by what the other sizes leave.
Shape resolve_shape(const Array& x, const Shape& shape) {
  Shape resolved = shape;
  int unknown = -1;
  int64_t known = 1;
  bool overflow = false;
  for (int i = 0; i < shape.ndim(); ++i) {
    TENON_CHECK(shape[i] >= -1, ShapeError, "reshape: negative size in ", shape);
    if (shape[i] >= 0) {
      overflow |= __builtin_mul_overflow(known, shape[i], &known);
      continue;
    }
    TENON_CHECK(unknown < 0, ShapeError, "reshape: more than one -1 in ", shape);
    unknown = i;
  }
  const int64_t numel = x.numel();
  const bool fits = !overflow && (unknown < 0 ? known == numel : known != 0 && numel % known == 0);
  TENON_CHECK(fits, ShapeError, "reshape: ", x.shape(), " has ", numel, " elements and does not fit ", shape);
  if (unknown >= 0) resolved[unknown] = numel / known;
  return resolved;
}

}  // namespace

Array reshape(const Array& x, const Shape& shape) {
  check_defined(x, "reshape");
  const Shape target = resolve_shape(x, shape);
  if (x.numel() == 0) return x.view_as(x.data(), target, detail::row_major_strides(target));
  Shape strides;
  if (detail::strides_for_reshape(x.raw(), target, strides)) return x.view_as(x.data(), target, strides);
  const Array copy = contiguous(x);
  return copy.view_as(copy.data(), target, detail::row_major_strides(target));
}

Array flatten(const Array& x, int64_t start, int64_t end) {
  check_defined(x, "flatten");
  if (x.ndim() == 0) return reshape(x, {1});
  const int first = normalize_axis(start, x.ndim(), "flatten"), last = normalize_axis(end, x.ndim(), "flatten");
  TENON_CHECK(first <= last, IndexError, "flatten: start ", start, " lies behind end ", end);
  Shape shape;
  for (int i = 0; i < x.ndim(); ++i) {
    if (i > first && i <= last) {
      shape[first] *= x.size(i);
    } else {
      shape.push_back(x.size(i));
    }
  }
  return reshape(x, shape);
}

Array transpose(const Array& x, int64_t a, int64_t b) {
  check_defined(x, "transpose");
  const int i = normalize_axis(a, x.ndim(), "transpose"), k = normalize_axis(b, x.ndim(), "transpose");
  Shape shape = x.shape(), strides = x.strides();
  std::swap(shape[i], shape[k]);
  std::swap(strides[i], strides[k]);
  return x.view_as(x.data(), shape, strides);
}

Array transpose(const Array& x, const Axes& order) { return permute(x, order); }

Array permute(const Array& x, const Axes& order) {
  check_defined(x, "permute");
  const Shape axes = order.resolve(x.ndim(), "permute");
  TENON_CHECK(axes.ndim() == x.ndim(), ShapeError, "permute: order ", axes, " does not name every axis of ", x.shape());
  Shape shape = x.shape(), strides = shape;
  for (int i = 0; i < x.ndim(); ++i) {
    shape[i] = x.size(axes[i]);
    strides[i] = x.raw().strides[axes[i]];
  }
  return x.view_as(x.data(), shape, strides);
}

Array squeeze(const Array& x, const Axes& axes) {
  check_defined(x, "squeeze");
  const uint32_t mask = axes.mask(x.ndim(), "squeeze");
  Shape shape, strides;
  for (int i = 0; i < x.ndim(); ++i) {
    if (mask >> i & 1 && x.size(i) == 1) continue;
    shape.push_back(x.size(i));
    strides.push_back(x.raw().strides[i]);
  }
  return x.view_as(x.data(), shape, strides);
}

Array unsqueeze(const Array& x, int64_t axis) {
  check_defined(x, "unsqueeze");
  const int at = normalize_axis(axis, x.ndim() + 1, "unsqueeze");
  Shape shape = x.shape(), strides = x.strides();
  strides.insert(at, at < x.ndim() ? shape[at] * strides[at] : 1);
  shape.insert(at, 1);
  return x.view_as(x.data(), shape, strides);
}

Array expand(const Array& x, const Shape& shape) {
  check_defined(x, "expand");
  const int added = shape.ndim() - x.ndim();
  Shape target = shape, strides = shape;
  bool fits = added >= 0;
  for (int i = 0; fits && i < shape.ndim(); ++i) {
    const int64_t size = i < added ? 1 : x.size(i - added);
    if (shape[i] == -1 && i >= added) target[i] = size;
    fits = target[i] >= 0 && (size == target[i] || size == 1);
    strides[i] = size == target[i] && i >= added ? x.raw().strides[i - added] : 0;
  }
  TENON_CHECK(fits, ShapeError, "expand: ", x.shape(), " does not broadcast to ", shape);
  target.numel();  // throws if that cannot be counted
  return x.view_as(x.data(), target, strides);
}

Array slice(const Array& x, int64_t axis, int64_t start, int64_t stop, int64_t step) {
  check_defined(x, "slice");
  const int at = normalize_axis(axis, x.ndim(), "slice");
  TENON_CHECK(step > 0, ValueError, "slice: step must be positive, got ", step);
  const int64_t size = x.size(at);
  const auto cut = [size](int64_t position) {
    return std::clamp<int64_t>(position < 0 ? position + size : position, 0, size);
  };
  const int64_t from = cut(start), to = std::max(cut(stop), from);
  Shape shape = x.shape(), strides = x.strides();
  shape[at] = (to - from) / step + ((to - from) % step != 0);
  const int64_t offset = shape[at] > 0 ? from * strides[at] : 0;
  if (shape[at] > 1) strides[at] *= step;
  return x.view_as(element(x, offset), shape, strides);
}

Array select(const Array& x, int64_t axis, int64_t index) {
  check_defined(x, "select");
  const int at = normalize_axis(axis, x.ndim(), "select");
  const int64_t size = x.size(at);
  TENON_CHECK(index >= -size && index < size, IndexError, "select: index ", index, " is out of range for axis ", axis,
              " of size ", size);
  Shape shape = x.shape(), strides = x.strides();
  const int64_t offset = (index < 0 ? index + size : index) * strides[at];
  shape.erase(at);
  strides.erase(at);
  return x.view_as(element(x, offset), shape, strides);
}

Array contiguous(const Array& x) {
  check_defined(x, "contiguous");
  if (x.is_contiguous()) [[likely]]
    return x;
  const View v = x.raw();
  Array out = empty(v.shape, v.ndim, v.dtype, x.device());
  detail::elementwise_into(kernels.layout.copy, out, {&x}, "contiguous");
  return out;
}

Array clone(const Array& x) {
  check_defined(x, "clone");
  return detail::unary(kernels.layout.copy, x);
}

Array cast(const Array& x, DType dtype) {
  check_defined(x, "cast");
  if (x.dtype() == dtype) return x;
  return detail::unary(kernels.layout.copy, x, dtype);
}

void copy_(const Array& x, const Array& source) {
  check_defined(x, "copy_");
  check_defined(source, "copy_");
  const Array here = to_device(source, x.device());
  detail::elementwise_into(kernels.layout.copy, x, {&here}, "copy_");
}

}  // namespace tenon::inline v0
