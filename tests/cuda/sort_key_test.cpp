#include "tenon/core/cuda/sort_key.h"

#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/math/compute.h"

namespace tenon {
namespace {

using cuda_backend::SortOrder;

/// The CPU's order: nan is larger than everything.
template <class T>
bool less(T a, T b) {
  return a < b || (b != b && a == a);
}

template <class Key, class T>
void check(DType dtype, const std::vector<T>& values) {
  const SortOrder<Key> rising(dtype, false), falling(dtype, true);
  const auto bits = [](const T& x) {
    static_assert(sizeof(Key) == sizeof(T));
    Key key;
    std::memcpy(&key, &x, sizeof key);
    return key;
  };
  for (const T& a : values) {
    for (const T& b : values) {
      const bool before = less(math::load(a), math::load(b));
      ASSERT_EQ(rising.key(bits(a)) < rising.key(bits(b)), before) << +bits(a) << " " << +bits(b);
      ASSERT_EQ(falling.key(bits(b)) < falling.key(bits(a)), before) << +bits(a) << " " << +bits(b);
    }
  }
}

template <class T>
std::vector<T> halves() {
  std::vector<T> values;
  for (uint32_t bits = 0; bits < 65536; bits += 61) {
    T x;
    x.bits = static_cast<uint16_t>(bits);
    values.push_back(x);
  }
  for (uint32_t bits : {0x8000u, 0x7c00u, 0xfc00u, 0x7e00u, 0xfe00u, 0x7f80u, 0xff80u, 0x7fc0u, 0xffc0u}) {
    T x;
    x.bits = static_cast<uint16_t>(bits);
    values.push_back(x);
  }
  return values;
}

template <class T>
std::vector<T> floats() {
  using Limits = std::numeric_limits<T>;
  std::vector<T> values = {
      0, 1, 2, Limits::min(), Limits::max(), Limits::denorm_min(), Limits::infinity(), Limits::quiet_NaN()};
  for (size_t i = 0, n = values.size(); i < n; ++i) values.push_back(-values[i]);
  return values;
}

TEST(SortKey, IsInTheOrderOfTheElements) {
  check<uint8_t, bool>(bool_, {false, true});
  check<uint8_t, uint8_t>(uint8, {0, 1, 127, 128, 255});
  check<uint8_t, int8_t>(int8, {-128, -1, 0, 1, 127});
  check<uint32_t, int32_t>(int32, {INT32_MIN, -7, 0, 7, INT32_MAX});
  check<uint64_t, int64_t>(int64, {INT64_MIN, -7, 0, 7, INT64_MAX});
  check<uint16_t, Float16>(float16, halves<Float16>());
  check<uint16_t, BFloat16>(bfloat16, halves<BFloat16>());
  check<uint32_t, float>(float32, floats<float>());
  check<uint64_t, double>(float64, floats<double>());
}

}  // namespace
}  // namespace tenon
