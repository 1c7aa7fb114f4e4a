// Scalar functors of the exponential family. On float32 they are plain arithmetic and bit casts that a compiler turns
// into vectors: within 2 units in the last place of the true value, denormals included, right at nan and infinity.
// A device has instructions for exp: there it is CUDA's own. Range reduction and polynomials after Cephes (S. Moshier);
// erf after N. Juffa. Float64 calls the C library.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

inline constexpr float infinity = __builtin_inff();

/// 2^n for -126 <= n <= 127.
TENON_INLINE float power_of_two(int32_t n) {
  return __builtin_bit_cast(float, (static_cast<uint32_t>(n) + 127u) << 23);
}

/// x = n ln 2 + r with |r| <= ln 2 / 2. Of nan, n is some number and r is nan.
struct Reduced {
  int32_t n;
  float r;
};
TENON_INLINE Reduced reduce_exp(float x) {
  constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it leaves the whole number in the last bits
  const float shifted = x * 1.44269504f + round, n = shifted - round;
  return {static_cast<int32_t>(__builtin_bit_cast(uint32_t, shifted) - __builtin_bit_cast(uint32_t, round)),
          (x - n * 0.693359375f) + n * 2.12194440e-4f};
}
/// exp(r) - 1 for |r| <= ln 2 / 2.
TENON_INLINE float exp_tail(float r) {
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return p * (r * r) + r;
}

struct Exp {
  static constexpr int cost = 8;
  TENON_INLINE static float call(float x) {
    if constexpr (on_device) return __builtin_expf(x);
    x = x > 89.0f ? 89.0f : x;  // exp is infinite there, and 0 below; nan passes
    x = x < -104.0f ? -104.0f : x;
    const Reduced part = reduce_exp(x);
    const int32_t half = part.n >> 1;  // 2^n in two factors: n may lie beyond float's exponents
    return (1.0f + exp_tail(part.r)) * power_of_two(half) * power_of_two(part.n - half);
  }
  TENON_INLINE static double call(double x) { return __builtin_exp(x); }
};

struct Expm1 {
  static constexpr int cost = 8;
  TENON_INLINE static float call(float x0) {
    if constexpr (on_device) return __builtin_expm1f(x0);
    float x = x0 > 89.0f ? 89.0f : x0;
    x = x < -18.0f ? -18.0f : x;
    const Reduced part = reduce_exp(x);
    const float half = power_of_two(part.n - 1);  // 2^128 is no float
    const float y = 2.0f * (exp_tail(part.r) * half + (half - 0.5f));
    return __builtin_fabsf(x0) < 1e-7f ? x0 : y;  // exact for denormals and -0
  }
  TENON_INLINE static double call(double x) { return __builtin_expm1(x); }
};

/// x = 2^e m with sqrt(1/2) <= m < sqrt(2), and log(m) = tail + f where f = m - 1.
struct LogParts {
  float e, f, tail;
};
TENON_INLINE LogParts log_parts(float x) {
  const bool tiny = x < 0x1p-126f;
  const uint32_t bits = __builtin_bit_cast(uint32_t, tiny ? x * 0x1p23f : x) - 0x3f3504f3u;  // of sqrt(1/2)
  const float e = static_cast<float>((static_cast<int32_t>(bits) >> 23) - (tiny ? 23 : 0));
  const float f = __builtin_bit_cast(float, (bits & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float f2 = f * f;
  return {e, f, p * f2 * f - 0.5f * f2};
}
/// What a logarithm `y` of a positive finite x is at the other values.
TENON_INLINE float log_edges(float x, float y) {
  y = x == 0 ? -infinity : y;
  y = x < infinity ? y : x;  // infinity, nan
  return x < 0 ? __builtin_nanf("") : y;
}

struct Log {
  static constexpr int cost = 8;
  TENON_INLINE static float call(float x) {
    const LogParts p = log_parts(x);
    return log_edges(x, ((p.tail - p.e * 2.12194440e-4f) + p.f) + p.e * 0.693359375f);
  }
  TENON_INLINE static double call(double x) { return __builtin_log(x); }
};

struct Log2 {
  static constexpr int cost = 8;
  TENON_INLINE static float call(float x) {
    constexpr float above_one = 0.44269504088896340735992f;  // log2(e) - 1
    const LogParts p = log_parts(x);
    return log_edges(x, (((p.tail * above_one + p.f * above_one) + p.tail) + p.f) + p.e);
  }
  TENON_INLINE static double call(double x) { return __builtin_log2(x); }
};

struct Log1p {
  static constexpr int cost = 10;
  TENON_INLINE static float call(float x) {
    const float u = 1.0f + x, lost = x - (u - 1.0f);  // what rounding took from x
    const float y = Log::call(u) + lost / u;
    return u == infinity || u == 0 || x == 0 ? (u == 0 ? -infinity : x) : y;
  }
  TENON_INLINE static double call(double x) { return __builtin_log1p(x); }
};

struct Sqrt {
  static constexpr int cost = 4;
  TENON_INLINE static float call(float x) { return __builtin_sqrtf(x); }
  TENON_INLINE static double call(double x) { return __builtin_sqrt(x); }
};
struct Rsqrt {
  static constexpr int cost = 4;
  template <class T>
  TENON_INLINE static T call(T x) {
    return T(1) / Sqrt::call(x);
  }
};

/// For |x| < 1: erf; beyond: the exponent y of erf(|x|) = 1 - exp(y).
TENON_INLINE float erf_near(float x) {
  const float s = x * x;
  float p = -5.96761703e-4f;
  p = p * s + 4.99119423e-3f;
  p = p * s - 2.67681349e-2f;
  p = p * s + 1.12819925e-1f;
  p = p * s - 3.76125336e-1f;
  p = p * s + 1.28379166e-1f;
  return p * x + x;
}
TENON_INLINE float erf_far(float t) {
  const float s = t * t;
  float p = (-1.72853470e-5f * t + 3.83197126e-4f) * s + (-3.88396438e-3f * t + 2.42546219e-2f);
  p = p * t - 1.06777877e-1f;
  p = p * t - 6.34846687e-1f;
  p = p * t - 1.28717512e-1f;
  return p * t - t;
}
inline constexpr float erf_border = 0.927734375f;

struct Erf {
  static constexpr int cost = 16;
  TENON_INLINE static float call(float x) {
    const float t = __builtin_fabsf(x);
    const float far = 1.0f - Exp::call(erf_far(t < 10.0f ? t : 10.0f));
    const float near = erf_near(x);
    const float y = t > erf_border ? (x < 0 ? -far : far) : near;
    return x == x ? y : x;
  }
  TENON_INLINE static double call(double x) { return __builtin_erf(x); }
};

struct Pow {
  static constexpr int cost = 32;
  TENON_INLINE static float call(float x, float y) { return __builtin_powf(x, y); }
  TENON_INLINE static double call(double x, double y) { return __builtin_pow(x, y); }
  /// By repeated squaring, wrapping around. A negative exponent gives the whole part: 1 / x is 0 unless x is 1 or -1.
  template <class T>
  TENON_INLINE static T call(T x, T n) {
    using W = typename Wrapping<T>::type;
    if (n < T(0)) {
      const bool odd = n & 1;
      return x == T(1) ? T(1) : x == T(-1) ? (odd ? T(-1) : T(1)) : T(0);
    }
    W base = static_cast<W>(x), result = 1;
    for (W left = static_cast<W>(n); left; left >>= 1) {
      if (left & 1) result *= base;
      base *= base;
    }
    return static_cast<T>(result);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
