#pragma once
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Uninitialised elements, C order. Throws ShapeError for a negative size, OutOfMemoryError.
inline Array empty(const Shape& shape, DType dtype = float32, Device device = cpu) {
  return empty(shape.begin(), shape.ndim(), dtype, device);
}
/// Every element `value`; the dtype of the value's category (float32, int64, bool) unless one is given.
Array full(const Shape& shape, Scalar value);
Array full(const Shape& shape, Scalar value, DType dtype, Device device = cpu);
Array zeros(const Shape& shape, DType dtype = float32, Device device = cpu);
Array ones(const Shape& shape, DType dtype = float32, Device device = cpu);
/// Of the shape, dtype and device of x.
Array zeros_like(const Array& x);
Array ones_like(const Array& x);
Array full_like(const Array& x, Scalar value);

/// A one-dimensional array that takes the vector's memory over, without a copy.
template <class T>
Array array(std::vector<T> values) {
  T* data = values.data();
  const auto size = static_cast<int64_t>(values.size());
  return Array::from_memory(data, {size}, std::move(values));
}
/// `array({1.f, 2.f})`; the dtype is that of the C++ type: int gives int32, double float64.
template <class T>
Array array(std::initializer_list<T> values) {
  return array(std::vector<T>(values));
}

}  // namespace v0
}  // namespace tenon
