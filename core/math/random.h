// What random words become. Only + - * / and sqrt, and no fused multiply-add where this is compiled: every processor,
// instruction set and thread count draws the same bits.
#pragma once
#include "tenon/core/kernels/random.h"
#include "tenon/core/math/compute.h"
#include "tenon/core/math/philox.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {
namespace random {

// Functions, since nvcc 13.0 fails on a bit cast of a template's own type.
using tenon::detail::bits_of;
using tenon::detail::float_of;
TENON_INLINE uint64_t bits_of(double x) { return __builtin_bit_cast(uint64_t, x); }
TENON_INLINE double float_of(uint64_t bits) { return __builtin_bit_cast(double, bits); }

/// The words of a block.
struct Words {
  uint32_t a, b, c, d;
};
TENON_INLINE Words words_of(const RandomKey& key, int64_t block) {
  const uint64_t counter = key.offset + static_cast<uint64_t>(block);
  Words w{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32), 0, 0};
  philox(w.a, w.b, w.c, w.d, key.seed);
  return w;
}

/// How many numbers a block of four words gives.
template <class T>
inline constexpr int per_block = sizeof(T) == 8 ? 2 : 4;

TENON_INLINE uint64_t wide(uint32_t high, uint32_t low) { return static_cast<uint64_t>(high) << 32 | low; }

/// A multiple of 2^-bits in [0, 1), as many bits as T holds: rounding cannot give 1.
template <class T>
TENON_INLINE typename Compute<T>::type unit(uint32_t w) {
  constexpr int bits = __is_same(T, Float16) ? 11 : __is_same(T, BFloat16) ? 8 : 24;
  return static_cast<float>(static_cast<int32_t>(w >> (32 - bits))) * (1.0f / static_cast<float>(1 << bits));
}
TENON_INLINE double unit(uint64_t w) { return static_cast<double>(static_cast<int64_t>(w >> 11)) * 0x1p-53; }

/// Terms of a series that float or double can see.
template <class T>
inline constexpr int terms = sizeof(T) == 8 ? 10 : 4;

/// The natural logarithm of a normal x > 0: x = 2^e m, log m = 2 atanh((m - 1) / (m + 1)).
template <class T>
TENON_INLINE T log(T x) {
  int32_t e;
  T m;
  if constexpr (sizeof(T) == 8) {
    const uint64_t bits = bits_of(x) - 0x3fe6a09e00000000u;  // of sqrt(1/2)
    e = static_cast<int32_t>(static_cast<int64_t>(bits) >> 52);
    m = float_of((bits & 0xfffffffffffffu) + 0x3fe6a09e00000000u);
  } else {
    const uint32_t bits = bits_of(x) - 0x3f3504f3u;
    e = static_cast<int32_t>(bits) >> 23;
    m = float_of((bits & 0x7fffffu) + 0x3f3504f3u);
  }
  const T s = (m - 1) / (m + 1), s2 = s * s;
  T sum = T(1.0 / (2 * terms<T> + 1));
#pragma GCC unroll 10
  for (int k = terms<T> - 1; k >= 0; --k) sum = sum * s2 + T(1.0 / (2 * k + 1));
  return static_cast<T>(e) * T(0.69314718055994530942) + 2 * s * sum;
}

/// sin and cos of pi x, for |x| <= 1.
template <class T>
TENON_INLINE void sincospi(T x, T& sin, T& cos) {
  constexpr T pi = T(3.14159265358979323846);
  const int32_t quarter = static_cast<int32_t>(2 * x + T(2.5)) - 2;  // rounds: 2 x + 2.5 is not negative
  const T r = pi * (x - T(0.5) * static_cast<T>(quarter)), r2 = r * r;
  T s = 1, c = 1;
#pragma GCC unroll 10
  for (int k = terms<T>; k > 0; --k) {
    s = 1 - r2 * s * T(1.0 / (2 * k * (2 * k + 1)));
    c = 1 - r2 * c * T(1.0 / (2 * k * (2 * k - 1)));
  }
  s = s * r;
  const bool swap = quarter & 1;
  const T sine = swap ? c : s, cosine = swap ? s : c;
  sin = quarter & 2 ? -sine : sine;
  cos = (quarter + 1) & 2 ? -cosine : cosine;
}

/// Two standard normal numbers from two words (Box and Muller).
TENON_INLINE void normal(uint32_t a, uint32_t b, float& x, float& y) {
  const float u = (static_cast<float>(static_cast<int32_t>(a >> 1)) + 0.5f) * 0x1p-31f;  // in (0, 1]
  const float radius = __builtin_sqrtf(-2.0f * log(u));
  sincospi(static_cast<float>(static_cast<int32_t>(b)) * 0x1p-31f, y, x);
  x *= radius;
  y *= radius;
}
TENON_INLINE void normal(uint64_t a, uint64_t b, double& x, double& y) {
  const double u = (static_cast<double>(static_cast<int64_t>(a >> 11)) + 0.5) * 0x1p-53;  // in (0, 1]
  const double radius = __builtin_sqrt(-2.0 * log(u));
  sincospi(static_cast<double>(static_cast<int64_t>(b)) * 0x1p-63, y, x);
  x *= radius;
  y *= radius;
}

/// The numbers of one block.
template <class T>
struct Uniform {
  typename Compute<T>::type low, width;
  TENON_INLINE void operator()(uint32_t a, uint32_t b, uint32_t c, uint32_t d, T* out) const {
    if constexpr (sizeof(T) == 8) {
      out[0] = low + width * unit(wide(a, b));
      out[1] = low + width * unit(wide(c, d));
    } else {
      out[0] = T(low + width * unit<T>(a));
      out[1] = T(low + width * unit<T>(b));
      out[2] = T(low + width * unit<T>(c));
      out[3] = T(low + width * unit<T>(d));
    }
  }
};
template <class T>
struct Normal {
  typename Compute<T>::type mean, std;
  TENON_INLINE void operator()(uint32_t a, uint32_t b, uint32_t c, uint32_t d, T* out) const {
    typename Compute<T>::type x, y;
    if constexpr (sizeof(T) == 8) {
      normal(wide(a, b), wide(c, d), x, y);
    } else {
      typename Compute<T>::type z, w;
      normal(c, d, z, w);
      out[2] = T(mean + std * z);
      out[3] = T(mean + std * w);
      normal(a, b, x, y);
    }
    out[0] = T(mean + std * x);
    out[1] = T(mean + std * y);
  }
};
/// low + floor(range * word / 2^64): uneven by at most range / 2^64. A range of 0 stands for 2^64.
struct Integer {
  int64_t low;
  uint64_t range;
  TENON_INLINE void operator()(uint32_t a, uint32_t b, uint32_t c, uint32_t d, int64_t* out) const {
    out[0] = of(wide(a, b));
    out[1] = of(wide(c, d));
  }
  TENON_INLINE int64_t of(uint64_t word) const {
    __extension__ typedef unsigned __int128 Product;
    const uint64_t high = range ? static_cast<uint64_t>(static_cast<Product>(word) * range >> 64) : word;
    return static_cast<int64_t>(static_cast<uint64_t>(low) + high);
  }
};

}  // namespace random
}  // namespace math
}  // namespace v0
}  // namespace tenon
