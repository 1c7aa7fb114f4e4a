// Scalar functors of the rounding family. Integers are whole already.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Floor {
  TENON_INLINE static float call(float x) { return __builtin_floorf(x); }
  TENON_INLINE static double call(double x) { return __builtin_floor(x); }
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};
struct Ceil {
  TENON_INLINE static float call(float x) { return __builtin_ceilf(x); }
  TENON_INLINE static double call(double x) { return __builtin_ceil(x); }
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};
/// Halves go to the even neighbour: the rounding mode that every program starts in.
struct Round {
  TENON_INLINE static float call(float x) { return __builtin_rintf(x); }
  TENON_INLINE static double call(double x) { return __builtin_rint(x); }
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};
struct Trunc {
  TENON_INLINE static float call(float x) { return __builtin_truncf(x); }
  TENON_INLINE static double call(double x) { return __builtin_trunc(x); }
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
