// Scalar functors of the trigonometric family: the C library.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Sin {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_sinf(x); }
  TENON_INLINE static double call(double x) { return __builtin_sin(x); }
};
struct Cos {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_cosf(x); }
  TENON_INLINE static double call(double x) { return __builtin_cos(x); }
};
struct Tan {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_tanf(x); }
  TENON_INLINE static double call(double x) { return __builtin_tan(x); }
};
struct Asin {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_asinf(x); }
  TENON_INLINE static double call(double x) { return __builtin_asin(x); }
};
struct Acos {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_acosf(x); }
  TENON_INLINE static double call(double x) { return __builtin_acos(x); }
};
struct Atan {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_atanf(x); }
  TENON_INLINE static double call(double x) { return __builtin_atan(x); }
};
struct Sinh {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_sinhf(x); }
  TENON_INLINE static double call(double x) { return __builtin_sinh(x); }
};
struct Cosh {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) { return __builtin_coshf(x); }
  TENON_INLINE static double call(double x) { return __builtin_cosh(x); }
};
struct Atan2 {
  static constexpr int cost = 24;
  TENON_INLINE static float call(float y, float x) { return __builtin_atan2f(y, x); }
  TENON_INLINE static double call(double y, double x) { return __builtin_atan2(y, x); }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
