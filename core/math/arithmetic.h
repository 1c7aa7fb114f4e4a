// Scalar functors of the arithmetic family. Each is a struct with a static call; T is what the loops compute in.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Add {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    if constexpr (__is_same(T, bool)) return a || b;
    using W = typename Wrapping<T>::type;
    return static_cast<T>(static_cast<W>(a) + static_cast<W>(b));
  }
};
struct Sub {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    using W = typename Wrapping<T>::type;
    return static_cast<T>(static_cast<W>(a) - static_cast<W>(b));
  }
};
struct Mul {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    if constexpr (__is_same(T, bool)) return a && b;
    using W = typename Wrapping<T>::type;
    return static_cast<T>(static_cast<W>(a) * static_cast<W>(b));
  }
};
struct Div {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    return a / b;
  }
};
struct Maximum {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    if constexpr (is_float<T>) return a > b || a != a ? a : b;
    return a > b ? a : b;
  }
};
struct Minimum {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    if constexpr (is_float<T>) return a < b || a != a ? a : b;
    return a < b ? a : b;
  }
};
/// The remainder with the sign of the divisor, as in Python.
struct Remainder {
  template <class T>
  TENON_INLINE static T call(T a, T b) {
    if constexpr (__is_same(T, float)) {
      const float r = __builtin_fmodf(a, b);
      return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    } else if constexpr (__is_same(T, double)) {
      const double r = __builtin_fmod(a, b);
      return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    } else {
      if (b == 0 || (T(-1) < T(0) && b == T(-1))) return 0;  // the least by -1 overflows
      const T r = static_cast<T>(a % b);
      return r != 0 && (r < 0) != (b < 0) ? static_cast<T>(r + b) : r;
    }
  }
};
struct Neg {
  template <class T>
  TENON_INLINE static T call(T x) {
    if constexpr (is_float<T>) return -x;
    return Sub::call(T(0), x);
  }
};
struct Abs {
  template <class T>
  TENON_INLINE static T call(T x) {
    if constexpr (__is_same(T, float)) return __builtin_fabsf(x);
    if constexpr (__is_same(T, double)) return __builtin_fabs(x);
    return x < T(0) ? Sub::call(T(0), x) : x;
  }
};
struct Sign {
  template <class T>
  TENON_INLINE static T call(T x) {
    if constexpr (is_float<T>) return x > 0 ? T(1) : x < 0 ? T(-1) : x;  // nan and -0 stay
    return static_cast<T>((x > T(0)) - (x < T(0)));
  }
};
struct Square {
  template <class T>
  TENON_INLINE static T call(T x) {
    return Mul::call(x, x);
  }
};
struct Reciprocal {
  template <class T>
  TENON_INLINE static T call(T x) {
    return T(1) / x;
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
