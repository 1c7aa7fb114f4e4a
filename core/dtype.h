#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/math/half.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The type of an array's elements. Order matters to promotion: a later one of a category is wider.
enum class DType : uint8_t { bool_, uint8, int8, int32, int64, float16, bfloat16, float32, float64 };

inline constexpr DType bool_ = DType::bool_, uint8 = DType::uint8, int8 = DType::int8, int32 = DType::int32,
                       int64 = DType::int64, float16 = DType::float16, bfloat16 = DType::bfloat16,
                       float32 = DType::float32, float64 = DType::float64;
inline constexpr int dtype_count = 9;

/// Bytes of one element.
[[gnu::always_inline]] constexpr inline size_t size_of(DType t) {
  constexpr uint8_t sizes[] = {1, 1, 1, 4, 8, 2, 2, 4, 8};
  return sizes[static_cast<int>(t)];
}
/// `float32`, `bool`, ...
constexpr const char* name_of(DType t) {
  constexpr const char* names[] = {"bool",    "uint8",    "int8",    "int32",  "int64",
                                   "float16", "bfloat16", "float32", "float64"};
  return names[static_cast<int>(t)];
}
[[gnu::always_inline]] constexpr inline bool is_floating(DType t) { return t >= DType::float16; }
[[gnu::always_inline]] constexpr inline bool is_integral(DType t) { return t > DType::bool_ && t < DType::float16; }

/// A set of dtypes, one bit each.
using DTypes = uint16_t;
template <class... T>
constexpr DTypes dtypes(T... t) {
  return static_cast<DTypes>(((1u << static_cast<int>(t)) | ... | 0u));
}
inline constexpr DTypes floating = dtypes(float16, bfloat16, float32, float64);
inline constexpr DTypes integral = dtypes(uint8, int8, int32, int64);
inline constexpr DTypes numeric = floating | integral;
inline constexpr DTypes all_dtypes = numeric | dtypes(bool_);
[[gnu::always_inline]] constexpr inline bool contains(DTypes set, DType t) { return set >> static_cast<int>(t) & 1; }

namespace detail {
template <class T>
struct dtype_of;  // T is no element type
template <>
struct dtype_of<bool> {
  static constexpr DType value = bool_;
};
template <>
struct dtype_of<uint8_t> {
  static constexpr DType value = uint8;
};
template <>
struct dtype_of<int8_t> {
  static constexpr DType value = int8;
};
template <>
struct dtype_of<int32_t> {
  static constexpr DType value = int32;
};
template <>
struct dtype_of<int64_t> {
  static constexpr DType value = int64;
};
template <>
struct dtype_of<long long> {
  static constexpr DType value = int64;
};
template <>
struct dtype_of<Float16> {
  static constexpr DType value = float16;
};
template <>
struct dtype_of<BFloat16> {
  static constexpr DType value = bfloat16;
};
template <>
struct dtype_of<float> {
  static constexpr DType value = float32;
};
template <>
struct dtype_of<double> {
  static constexpr DType value = float64;
};
template <class T>
struct dtype_of<const T> : dtype_of<T> {};
}  // namespace detail
/// The dtype of a C++ type: `dtype_of<float>` is float32.
template <class T>
inline constexpr DType dtype_of = detail::dtype_of<T>::value;

}  // namespace v0
}  // namespace tenon
