#include "tenon/core/shape.h"

#include <algorithm>

#include "tenon/core/check.h"

namespace tenon::inline v0 {

void Shape::too_many(size_t count) { throw ShapeError(text("shape: at most ", max_ndim, " dimensions, got ", count)); }

int64_t Shape::numel() const {
  int64_t n = 1;
  bool overflow = false, zero = false;
  for (int64_t size : *this) {
    zero |= size == 0;
    overflow |= __builtin_mul_overflow(n, size == 0 ? 1 : size, &n);
  }
  TENON_CHECK(!overflow, ShapeError, "shape ", *this, " has more elements than can be counted");
  return zero ? 0 : n;
}

void Shape::push_back(int64_t size) { insert(ndim_, size); }

void Shape::insert(int axis, int64_t size) {
  TENON_CHECK(ndim_ < max_ndim, ShapeError, "shape: at most ", max_ndim, " dimensions");
  std::copy_backward(sizes_ + axis, sizes_ + ndim_, sizes_ + ndim_ + 1);
  sizes_[axis] = size;
  ++ndim_;
}

void Shape::erase(int axis) {
  std::copy(sizes_ + axis + 1, sizes_ + ndim_, sizes_ + axis);
  --ndim_;
}

bool operator==(const Shape& a, const Shape& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void append_text(std::string& to, const Shape& shape) {
  to += '[';
  const char* separator = "";
  for (int64_t size : shape) {
    to += separator;
    append_text(to, static_cast<long long>(size));
    separator = ", ";
  }
  to += ']';
}

void detail::throw_axis(int64_t axis, int ndim, const char* op) {
  throw IndexError(
      text(op, ": axis ", axis, " is out of range for an array of ", ndim, ndim == 1 ? " dimension" : " dimensions"));
}

int normalize_axis_or_scalar(int64_t axis, int ndim, const char* op) {
  return normalize_axis(axis, ndim == 0 ? 1 : ndim, op);
}

uint32_t Axes::mask(int ndim, const char* op) const {
  if (all_) return (1u << ndim) - 1;
  uint32_t mask = 0;
  for (int64_t axis : axes_) {
    const uint32_t bit = 1u << normalize_axis_or_scalar(axis, ndim, op);
    TENON_CHECK(!(mask & bit), IndexError, op, ": axis ", axis, " is given twice in ", axes_);
    mask |= bit;
  }
  return ndim == 0 ? 0 : mask;
}

Shape Axes::resolve(int ndim, const char* op) const {
  mask(ndim, op);
  Shape axes;
  if (all_) {
    for (int i = 0; i < ndim; ++i) axes.push_back(i);
  } else {
    for (int64_t axis : axes_) axes.push_back(normalize_axis(axis, ndim, op));
  }
  return axes;
}

Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op) {
  const Shape &longer = a.ndim() >= b.ndim() ? a : b, &shorter = a.ndim() >= b.ndim() ? b : a;
  const int offset = longer.ndim() - shorter.ndim();
  Shape result = longer;
  for (int i = 0; i < shorter.ndim(); ++i) {
    int64_t& size = result[i + offset];
    TENON_CHECK(size == shorter[i] || size == 1 || shorter[i] == 1, ShapeError, op, ": shapes do not broadcast: a is ",
                a, ", b is ", b);
    if (size == 1) size = shorter[i];
  }
  return result;
}

}  // namespace tenon::inline v0
