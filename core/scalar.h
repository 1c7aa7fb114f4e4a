#pragma once
#include <cstdint>
#include <type_traits>

#include "tenon/core/dtype.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A number of C++ with its category (bool, integer, floating). Converts from every arithmetic type.
class Scalar {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  constexpr Scalar(T value) {  // NOLINT: implicit by design
    if constexpr (std::is_floating_point_v<T>) {
      number_.floating = static_cast<double>(value);
      dtype_ = float64;
    } else {
      number_.integer = static_cast<int64_t>(value);
      dtype_ = std::is_same_v<T, bool> ? bool_ : int64;
    }
  }
  /// bool_, int64 or float64: the category.
  constexpr DType dtype() const { return dtype_; }
  template <class T>
  constexpr T to() const {
    return is_floating(dtype_) ? static_cast<T>(number_.floating) : static_cast<T>(number_.integer);
  }

 private:
  union {
    double floating;
    int64_t integer;
  } number_{};
  DType dtype_{};
};

}  // namespace v0
}  // namespace tenon
