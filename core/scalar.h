#pragma once
#include <cstdint>
#include <type_traits>

#include "tenon/core/dtype.h"
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {
[[noreturn]] void throw_beyond_int64(uint64_t value);
}

/// A number of C++ with its category (bool, integer, floating). Converts from every arithmetic type. Throws ValueError
/// for an integer beyond int64.
class Scalar {
 public:
  template <class T>
  requires std::is_arithmetic_v<T>
  constexpr Scalar(T value) {  // NOLINT: implicit by design
    if constexpr (std::is_floating_point_v<T>) {
      number_.floating = static_cast<double>(value);
      dtype_ = float64;
    } else {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(int64_t)) {
        if (value > static_cast<uint64_t>(INT64_MAX)) detail::throw_beyond_int64(value);
      }
      number_.integer = static_cast<int64_t>(value);
      dtype_ = std::is_same_v<T, bool> ? bool_ : int64;
    }
  }
  /// bool_, int64 or float64: the category.
  constexpr DType dtype() const { return dtype_; }
  /// Converts as a cast of arrays does: floating to integer saturates, and nan gives 0.
  template <class T>
  constexpr T to() const {
    return is_floating(dtype_) ? math::convert<T>(number_.floating) : static_cast<T>(number_.integer);
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
