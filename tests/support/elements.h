// Element access for tests: slow and plain.
#pragma once
#include <stdexcept>
#include <vector>

#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"

namespace tenon::testing {

/// All elements in C order as doubles.
inline std::vector<double> values(const Array& x) {
  const Array plain = x.cpu().to(float64).contiguous();
  const double* data = static_cast<const double*>(plain.data());
  return {data, data + plain.numel()};
}

/// An array of these elements in C order; std::out_of_range where their number is another.
inline Array from_values(const Shape& shape, const std::vector<double>& elements, DType dtype = float64) {
  if (static_cast<size_t>(shape.numel()) != elements.size()) throw std::out_of_range("from_values");
  Array x = empty(shape, float64);
  std::copy(elements.begin(), elements.end(), static_cast<double*>(x.data()));
  return x.to(dtype);
}

/// A position of a shape, counted up in C order.
class Position {
 public:
  explicit Position(const Shape& shape) : shape_(shape), at_(shape) {
    for (int i = 0; i < shape.ndim(); ++i) at_[i] = 0;
  }
  int64_t operator[](int axis) const { return at_[axis]; }
  void next() {
    for (int i = shape_.ndim() - 1; i >= 0; --i) {
      if (++at_[i] < shape_[i]) return;
      at_[i] = 0;
    }
  }
  const Shape& shape() const { return at_; }

 private:
  Shape shape_, at_;
};

/// x at a position, broadcasting: surplus leading axes are ignored, axes of size 1 read 0.
inline double at(const Array& x, const Position& position, int position_ndim) {
  int64_t offset = 0;
  for (int i = 0; i < x.ndim(); ++i) {
    const int64_t p = position[position_ndim - x.ndim() + i];
    offset += (x.size(i) == 1 ? 0 : p) * x.raw().strides[i];
  }
  switch (x.dtype()) {
    case float64:
      return static_cast<const double*>(x.data())[offset];
    case int64:
      return static_cast<double>(static_cast<const int64_t*>(x.data())[offset]);
    case bool_:
      return static_cast<const bool*>(x.data())[offset];
    default:
      throw DTypeError("at: reference operands are float64, int64 or bool");
  }
}

/// Elementwise reference: f over the broadcast operands.
template <class F>
Array map(const Array& x, F f) {
  Array out = empty(x.shape(), float64);
  Position p(x.shape());
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) static_cast<double*>(out.data())[i] = f(at(x, p, x.ndim()));
  return out;
}
template <class F>
Array map(const Array& a, const Array& b, F f) {
  Array out = empty(broadcast_shapes(a.shape(), b.shape(), "reference"), float64);
  Position p(out.shape());
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
    static_cast<double*>(out.data())[i] = f(at(a, p, out.ndim()), at(b, p, out.ndim()));
  }
  return out;
}

}  // namespace tenon::testing
