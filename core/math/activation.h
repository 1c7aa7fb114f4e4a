// Scalar functors of the activation family; gradients take dy and the output, or dy and the input.
#pragma once
#include "tenon/core/math/exponential.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Relu {
  template <class T>
  TENON_INLINE static T call(T x) {
    return x < T(0) ? T(0) : x;
  }
};
struct ReluGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T y) {
    return y <= T(0) ? T(0) : dy;  // nan passes dy on, as in PyTorch
  }
};

/// x, but no further from 0 than where silu and gelu are 0 or x: products with an infinity would be nan.
template <class T>
TENON_INLINE T bounded(T x) {
  return x < T(-1e4) ? T(-1e4) : x > T(1e4) ? T(1e4) : x;
}

TENON_INLINE float absolute(float x) { return __builtin_fabsf(x); }
TENON_INLINE double absolute(double x) { return __builtin_fabs(x); }

struct Sigmoid {
  static constexpr int cost = 12;
  /// Of the smaller exponential: nothing overflows, and small results keep their digits.
  template <class T>
  TENON_INLINE static T call(T x) {
    const T e = Exp::call(-absolute(x));
    return (x < T(0) ? e : T(1)) / (T(1) + e);
  }
};
struct SigmoidGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T y) {
    return dy * (y * (T(1) - y));
  }
};

struct Tanh {
  static constexpr int cost = 12;
  TENON_INLINE static float call(float x) {
    const float e = Expm1::call(-2.0f * __builtin_fabsf(x));
    const float y = e / (e + 2.0f);
    return x > 0 ? -y : x < 0 ? y : x;  // -0 and nan stay
  }
  TENON_INLINE static double call(double x) { return __builtin_tanh(x); }
};
struct TanhGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T y) {
    return dy * (T(1) - y * y);
  }
};

/// x sigmoid(x)
struct Silu {
  static constexpr int cost = 12;
  template <class T>
  TENON_INLINE static T call(T x) {
    const T y = x * Sigmoid::call(x);
    return x < T(-1e4) ? T(0) : y;  // not -infinity * 0
  }
};
struct SiluGrad {
  static constexpr int cost = 12;
  template <class T>
  TENON_INLINE static T call(T dy, T x0) {
    const T x = bounded(x0);
    const T s = Sigmoid::call(x);
    return dy * (s * (T(1) + x * (T(1) - s)));
  }
};

/// The share of the standard normal distribution below x.
struct NormalCdf {
  TENON_INLINE static float call(float x) {
    const float z = x * 0.70710678f, t = __builtin_fabsf(z);
    const float tail = 0.5f * Exp::call(erf_far(t));
    const float near = 0.5f + 0.5f * erf_near(z);
    return t > erf_border ? (x < 0 ? tail : 1.0f - tail) : near;
  }
  TENON_INLINE static double call(double x) { return 0.5 * __builtin_erfc(x * -0.70710678118654752440); }
};

/// x times the share of the normal distribution below x.
struct Gelu {
  static constexpr int cost = 20;
  template <class T>
  TENON_INLINE static T call(T x) {
    const T y = x * NormalCdf::call(x);
    return x < T(-1e4) ? T(0) : y;
  }
};
/// The slope of x times the share of the normal distribution below x: that share, and x times the density.
struct GeluSlope {
  /// Both have the factor exp(-x^2 / 2): the share beyond |x| is that times a polynomial in 1 / (1 + |x| / sqrt(8)),
  /// within 4 units in the last place.
  TENON_INLINE static float call(float x) {
    const float a = __builtin_fabsf(x), e = Exp::call(-0.5f * x * x), t = 1.0f / (1.0f + 0.35355339f * a);
    float p = -2.959666618e-02f;
    p = p * t + 1.425914179e-01f;
    p = p * t - 2.442304506e-01f;
    p = p * t + 1.397563119e-01f;
    p = p * t - 1.381172830e-02f;
    p = p * t + 1.015549669e-01f;
    p = p * t + 1.214983055e-01f;
    p = p * t + 1.411950339e-01f;
    p = p * t + 1.410427874e-01f;
    const float tail = p * t * e;
    return (x < 0 ? tail : 1.0f - tail) + x * (e * 0.39894228f);
  }
  TENON_INLINE static double call(double x) {
    return NormalCdf::call(x) + x * (0.39894228040143267794 * Exp::call(-0.5 * x * x));
  }
};
struct GeluGrad {
  static constexpr int cost = 20;
  template <class T>
  TENON_INLINE static T call(T dy, T x) {
    return dy * GeluSlope::call(bounded(x));
  }
};

/// x sigmoid(2 u) = x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3).
struct GeluTanh {
  static constexpr int cost = 16;
  template <class T>
  TENON_INLINE static T call(T x) {
    const T y = x * Sigmoid::call(twice_u(x));
    return x < T(-1e4) ? T(0) : y;
  }
  template <class T>
  TENON_INLINE static T twice_u(T x) {
    return T(1.59576912160573071176) * (x + T(0.044715) * x * x * x);
  }
};
struct GeluTanhGrad {
  static constexpr int cost = 18;
  template <class T>
  TENON_INLINE static T call(T dy, T x0) {
    const T x = bounded(x0);
    const T s = Sigmoid::call(GeluTanh::twice_u(x));
    const T slope = T(1.59576912160573071176) * (T(1) + T(0.134145) * x * x);
    return dy * (s + x * (s * (T(1) - s)) * slope);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
