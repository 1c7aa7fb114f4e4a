#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How many dimensions an array may have.
inline constexpr int max_ndim = 8;

/// Up to eight numbers held inline: a shape, or strides. Throws ShapeError beyond eight.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int64_t> sizes) : Shape(sizes.begin(), sizes.size()) {}
  Shape(std::span<const int64_t> sizes) : Shape(sizes.data(), sizes.size()) {}
  Shape(const std::vector<int64_t>& sizes) : Shape(sizes.data(), sizes.size()) {}
  Shape(const int64_t* sizes, size_t count) : ndim_(static_cast<int>(count)) {
    if (count > max_ndim) [[unlikely]]
      too_many(count);
    for (size_t i = 0; i < count; ++i) sizes_[i] = sizes[i];
  }
  /// The first `ndim` of an array's own sizes, which are max_ndim with those unused: copied in fixed blocks.
  static Shape of(const int64_t* sizes, int ndim) {
    constexpr size_t half = sizeof sizes_ / 2;
    Shape shape;
    shape.ndim_ = ndim;
    __builtin_memcpy(shape.sizes_, sizes, half);
    if (ndim > max_ndim / 2) [[unlikely]]
      __builtin_memcpy(shape.sizes_ + max_ndim / 2, sizes + max_ndim / 2, half);
    return shape;
  }

  int ndim() const { return ndim_; }
  int64_t operator[](int axis) const { return sizes_[axis]; }
  int64_t& operator[](int axis) { return sizes_[axis]; }
  const int64_t* begin() const { return sizes_; }
  const int64_t* end() const { return sizes_ + ndim_; }
  /// The product of the sizes; 1 for no dimensions. Throws ShapeError where int64 does not hold the product of those
  /// that are not 0.
  int64_t numel() const;
  void push_back(int64_t size);
  void insert(int axis, int64_t size);
  void erase(int axis);
  friend bool operator==(const Shape& a, const Shape& b);

 private:
  [[noreturn]] static void too_many(size_t count);

  int ndim_ = 0;
  int64_t sizes_[max_ndim] = {};
};
/// `[64, 3, 28, 28]`
void append_text(std::string& to, const Shape& shape);

/// The axes that an operation works on: one, several, or (by default) all of them. Negative ones count from the end.
class Axes {
 public:
  Axes() : all_(true) {}
  Axes(int axis) : axes_{axis} {}
  Axes(int64_t axis) : axes_{axis} {}
  Axes(std::initializer_list<int64_t> axes) : axes_(axes) {}
  Axes(const std::vector<int64_t>& axes) : axes_(axes) {}

  bool all() const { return all_; }
  /// The axes as a bit set for an array of `ndim` dimensions. Throws IndexError, naming `op`, for one out of range or
  /// given twice. An array of no dimensions takes axis 0 or -1, which is no axis.
  uint32_t mask(int ndim, const char* op) const;
  /// The axes in the given order, none negative; every axis in order where none was named. Same errors.
  Shape resolve(int ndim, const char* op) const;

 private:
  Shape axes_;
  bool all_ = false;
};

namespace detail {
[[noreturn]] void throw_axis(int64_t axis, int ndim, const char* op);
}
/// `axis` counted from the front. Throws IndexError, naming `op`, when it is not in [-ndim, ndim).
inline int normalize_axis(int64_t axis, int ndim, const char* op) {
  if (axis < -ndim || axis >= ndim) [[unlikely]]
    detail::throw_axis(axis, ndim, op);
  return static_cast<int>(axis < 0 ? axis + ndim : axis);
}
/// The same for an op along one axis that takes an array of no dimensions as one of a single element, axis 0 or -1.
int normalize_axis_or_scalar(int64_t axis, int ndim, const char* op);
/// The shape that both broadcast to. Throws ShapeError, naming `op`.
Shape broadcast_shapes(const Shape& a, const Shape& b, const char* op);

}  // namespace v0
}  // namespace tenon
