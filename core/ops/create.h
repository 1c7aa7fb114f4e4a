#pragma once
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Uninitialised elements, C order. Throws ShapeError for a negative size, OutOfMemoryError.
inline Array empty(const Shape& shape, DType dtype = float32, Device device = cpu) {
  return empty(shape.begin(), shape.ndim(), dtype, device);
}
/// Every element `value`, cast; the dtype of the value's category (float32, int64, bool) unless one is given. Throws
/// ValueError for an integer that a dtype of integers does not hold.
Array full(const Shape& shape, Scalar value);
Array full(const Shape& shape, Scalar value, DType dtype, Device device = cpu);
Array zeros(const Shape& shape, DType dtype = float32, Device device = cpu);
Array ones(const Shape& shape, DType dtype = float32, Device device = cpu);
/// Of the shape and device of x; of its dtype unless one is given.
inline Array empty_like(const Array& x) { return empty_like(x, x.dtype()); }
Array zeros_like(const Array& x);
Array zeros_like(const Array& x, DType dtype);
Array ones_like(const Array& x);
Array ones_like(const Array& x, DType dtype);
Array full_like(const Array& x, Scalar value);
Array full_like(const Array& x, Scalar value, DType dtype);

/// start, start + step, ... before stop; int64 where all three are integers, else float32, unless a dtype is given.
/// Throws ValueError for a step of 0 or one that leads away from stop.
Array arange(Scalar stop);
Array arange(Scalar start, Scalar stop, Scalar step = 1);
Array arange(Scalar start, Scalar stop, Scalar step, DType dtype, Device device = cpu);
/// `count` numbers in even steps from start to stop, both included. Throws ValueError for a negative count.
Array linspace(double start, double stop, int64_t count, DType dtype = float32, Device device = cpu);
/// Ones on the diagonal, zeros elsewhere: [rows, columns], by default square.
Array eye(int64_t rows, DType dtype = float32, Device device = cpu);
Array eye(int64_t rows, int64_t columns, DType dtype, Device device = cpu);

/// Overwrites every element; value is cast to x's dtype. Counts as an in-place write.
void fill_(const Array& x, Scalar value);

namespace detail {
void check_row(size_t length, size_t expected);
}

/// A one-dimensional array that takes the vector's memory over, without a copy (but of bool).
template <class T>
Array array(std::vector<T> values) {
  const auto size = static_cast<int64_t>(values.size());
  if constexpr (std::is_same_v<T, bool>) {  // packed in the vector
    return array(std::vector<uint8_t>(values.begin(), values.end())).to(bool_);
  } else {
    T* data = values.data();
    return Array::from_memory(data, {size}, std::move(values));
  }
}
/// `array({1.f, 2.f})`; the dtype is that of the C++ type: int gives int32, double float64. `array<float>({})` is
/// empty, [0].
template <class T>
Array array(std::initializer_list<T> values) {
  return array(std::vector<T>(values));
}
/// `array({{1.f, 2.f}, {3.f, 4.f}})`. Throws ShapeError where rows differ in length.
template <class T>
Array array(std::initializer_list<std::initializer_list<T>> rows) {
  const size_t columns = rows.size() ? rows.begin()->size() : 0;
  std::vector<T> values;
  for (const auto& row : rows) {
    detail::check_row(row.size(), columns);
    values.insert(values.end(), row.begin(), row.end());
  }
  return array(std::move(values)).reshape({static_cast<int64_t>(rows.size()), static_cast<int64_t>(columns)});
}
/// The same in three dimensions. Braces without elements choose this overload: the sizes end at the first 0.
template <class T>
Array array(std::initializer_list<std::initializer_list<std::initializer_list<T>>> blocks) {
  const size_t rows = blocks.size() ? blocks.begin()->size() : 0;
  const size_t columns = rows ? blocks.begin()->begin()->size() : 0;
  std::vector<T> values;
  for (const auto& block : blocks) {
    detail::check_row(block.size(), rows);
    for (const auto& row : block) {
      detail::check_row(row.size(), columns);
      values.insert(values.end(), row.begin(), row.end());
    }
  }
  Shape shape{static_cast<int64_t>(blocks.size())};
  if (blocks.size() > 0) shape.push_back(static_cast<int64_t>(rows));
  if (rows > 0) shape.push_back(static_cast<int64_t>(columns));
  return array(std::move(values)).reshape(shape);
}

}  // namespace v0
}  // namespace tenon
