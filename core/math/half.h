#pragma once
#include <cstdint>

#include "tenon/core/math/host_device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {
TENON_INLINE uint32_t bits_of(float x) { return __builtin_bit_cast(uint32_t, x); }
TENON_INLINE float float_of(uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// IEEE binary16, round to nearest even; the arithmetic does the rounding of subnormals.
TENON_INLINE uint16_t to_half_bits(float x) {
  if constexpr (math::on_device) return math::device_half_bits(x);
  const uint32_t bits = bits_of(x), sign = bits & 0x80000000u, magnitude = bits ^ sign;
  const uint32_t overflow = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;    // nan, or infinity
  const uint32_t tiny = bits_of(float_of(magnitude) + 0.5f) - 0x3f000000u;  // below 2^-14
  const uint32_t normal = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1)) >> 13;
  const uint32_t value = magnitude >= 0x47800000u ? overflow : magnitude < 0x38800000u ? tiny : normal;
  return static_cast<uint16_t>(value | sign >> 16);
}
TENON_INLINE float from_half_bits(uint16_t h) {
  if constexpr (math::on_device) return math::from_device_half_bits(h);
  const uint32_t sign = (h & 0x8000u) << 16, magnitude = h & 0x7fffu;
  const uint32_t special = magnitude << 13 | 0x7f800000u;
  const float scaled = float_of(magnitude << 13) * 0x1p112f;  // moves the exponent; exact for subnormals too
  return float_of((magnitude >= 0x7c00u ? special : bits_of(scaled)) | sign);
}
TENON_INLINE uint16_t to_bfloat_bits(float x) {
  if constexpr (math::on_device) return math::device_bfloat_bits(x);
  const uint32_t bits = bits_of(x), rounded = (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
  return static_cast<uint16_t>((bits & 0x7fffffffu) > 0x7f800000u ? bits >> 16 | 0x40u : rounded);
}
}  // namespace detail

/// IEEE 754 binary16: a way to store numbers; arithmetic happens in float.
struct Float16 {
  uint16_t bits;
  Float16() = default;
  TENON_INLINE explicit Float16(float x) : bits(detail::to_half_bits(x)) {}
  TENON_INLINE explicit operator float() const { return detail::from_half_bits(bits); }
};

/// The upper half of a float: its range, 8 bits of precision. A way to store numbers; arithmetic happens in float.
struct BFloat16 {
  uint16_t bits;
  BFloat16() = default;
  TENON_INLINE explicit BFloat16(float x) : bits(detail::to_bfloat_bits(x)) {}
  TENON_INLINE explicit operator float() const { return detail::float_of(static_cast<uint32_t>(bits) << 16); }
};

}  // namespace v0
}  // namespace tenon
