// What a functor computes in: float for the 16-bit types, the type itself for the others.
#pragma once
#include <cstdint>

#include "tenon/core/math/half.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

template <class T>
struct Compute {
  using type = T;
};
template <>
struct Compute<Float16> {
  using type = float;
};
template <>
struct Compute<BFloat16> {
  using type = float;
};

template <class T>
inline constexpr bool is_float = false;
template <>
inline constexpr bool is_float<float> = true;
template <>
inline constexpr bool is_float<double> = true;

/// The unsigned type that integer arithmetic wraps around in; other types stay.
template <class T>
struct Wrapping {
  using type = T;
};
template <>
struct Wrapping<uint8_t> {
  using type = uint32_t;
};
template <>
struct Wrapping<int8_t> {
  using type = uint32_t;
};
template <>
struct Wrapping<int32_t> {
  using type = uint32_t;
};
template <>
struct Wrapping<int64_t> {
  using type = uint64_t;
};

/// An element as what functors compute in, and back.
template <class T>
TENON_INLINE typename Compute<T>::type load(const T& x) {
  return static_cast<typename Compute<T>::type>(x);
}

/// Converts as C++ does, but floating to integer saturates where C++ leaves it undefined, and nan gives 0.
template <class To, class From>
TENON_INLINE constexpr To convert(From x) {
  if constexpr (is_float<From> && !is_float<To> && !__is_same(To, bool) && !__is_same(To, Float16) &&
                !__is_same(To, BFloat16)) {
    constexpr bool is_signed = To(-1) < To(0);
    constexpr int bits = int(sizeof(To)) * 8 - is_signed;
    constexpr From limit = From(2) * From(1ull << (bits - 1));
    constexpr To most = is_signed ? To((1ull << (bits - 1)) - 1 + (1ull << (bits - 1))) : To(~0ull);
    constexpr To least = is_signed ? To(-most - 1) : To(0);
    return x >= limit ? most : x >= From(least) ? To(x) : x < From(least) ? least : To(0);
  } else if constexpr (__is_same(To, bool)) {
    return x != From(0);
  } else if constexpr (__is_same(To, Float16) || __is_same(To, BFloat16)) {
    return To(static_cast<float>(x));
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace math
}  // namespace v0
}  // namespace tenon
