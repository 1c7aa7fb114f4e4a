// Reductions of the extremum family; T is what the loops compute in.
#pragma once
#include "tenon/core/math/arithmetic.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// The value that loses against every other.
template <class T>
TENON_INLINE constexpr T lowest() {
  if constexpr (is_float<T>) {
    return static_cast<T>(-__builtin_inf());
  } else if constexpr (T(-1) > T(0)) {  // unsigned, or bool
    return T(0);
  } else {
    return static_cast<T>(T(1) << (sizeof(T) * 8 - 1));
  }
}
template <class T>
TENON_INLINE constexpr T highest() {
  if constexpr (is_float<T>) {
    return static_cast<T>(__builtin_inf());
  } else if constexpr (__is_same(T, bool)) {
    return true;
  } else {
    return static_cast<T>(~lowest<T>());
  }
}

template <class T>
struct Max {
  using Acc = T;
  TENON_INLINE static T start() { return lowest<T>(); }
  TENON_INLINE static T step(T acc, T x) { return Maximum::call(acc, x); }
  TENON_INLINE static T merge(T a, T b) { return Maximum::call(a, b); }
  TENON_INLINE static T finish(T acc, int64_t) { return acc; }
  /// Whether x takes the place of `best`: larger, or the first nan.
  TENON_INLINE static bool beats(T x, T best) { return x > best || (x != x && best == best); }
};

template <class T>
struct Min {
  using Acc = T;
  TENON_INLINE static T start() { return highest<T>(); }
  TENON_INLINE static T step(T acc, T x) { return Minimum::call(acc, x); }
  TENON_INLINE static T merge(T a, T b) { return Minimum::call(a, b); }
  TENON_INLINE static T finish(T acc, int64_t) { return acc; }
  TENON_INLINE static bool beats(T x, T best) { return x < best || (x != x && best == best); }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
