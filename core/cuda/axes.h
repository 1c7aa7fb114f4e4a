// Where elements lie: index arithmetic of kernels, which a host test can walk.
#pragma once
#include <cstdint>

#include "tenon/core/math/host_device.h"

namespace tenon::inline v0::cuda_backend {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Division by a number that is known at the launch: a multiplication (Granlund and Montgomery 1994), of 32 bits where
/// both numbers are below 2^31.
class LargeDivider {
  __extension__ using Wide = unsigned __int128;

 public:
  LargeDivider() = default;
  explicit LargeDivider(int64_t divisor) : divisor_(divisor), shift_(0) {
    while ((uint64_t{1} << shift_) < static_cast<uint64_t>(divisor)) ++shift_;
    const Wide rest = (Wide{1} << shift_) - static_cast<Wide>(divisor);
    magic_ = static_cast<uint64_t>((rest << 64) / static_cast<Wide>(divisor) + 1);
    magic32_ = divisor > INT32_MAX ? 0 : static_cast<uint32_t>((rest << 32) / static_cast<Wide>(divisor) + 1);
  }

  TENON_INLINE int64_t divisor() const { return divisor_; }
  /// For n >= 0.
  TENON_INLINE int64_t quotient(int64_t n) const {
    if (n <= INT32_MAX && magic32_ != 0) {
      const uint32_t small = static_cast<uint32_t>(n);
      return (static_cast<uint32_t>(uint64_t{small} * magic32_ >> 32) + small) >> shift_;
    }
    const uint64_t large = static_cast<uint64_t>(n);
    return static_cast<int64_t>((static_cast<uint64_t>(Wide{large} * magic_ >> 64) + large) >> shift_);
  }

 private:
  int64_t divisor_;
  uint64_t magic_;
  uint32_t magic32_, shift_;
};

/// Axes that are walked together, the innermost first, and the strides of some operands along them.
template <int Operands>
struct LoopAxes {
  static constexpr int max_axes = 8;

  int64_t total = 1;
  int32_t count = 0;
  LargeDivider size[max_axes];
  int64_t stride[Operands][max_axes];

  template <class... Strides>
  void add(int64_t n, Strides... strides) {
    static_assert(sizeof...(Strides) == Operands);
    const int64_t all[] = {strides...};
    for (int o = 0; o < Operands; ++o) stride[o][count] = all[o];
    size[count++] = LargeDivider(n);
    total *= n;
  }

  /// The offsets of element `index`, counted over the axes.
  TENON_INLINE void locate(int64_t index, int64_t (&offset)[Operands]) const {
    for (int o = 0; o < Operands; ++o) offset[o] = 0;
    for (int axis = 0; axis < count - 1; ++axis) {
      const int64_t next = size[axis].quotient(index), at = index - next * size[axis].divisor();
      for (int o = 0; o < Operands; ++o) offset[o] += at * stride[o][axis];
      index = next;
    }
    if (count > 0) {
      for (int o = 0; o < Operands; ++o) offset[o] += index * stride[o][count - 1];
    }
  }
  TENON_INLINE int64_t offset(int64_t index) const {
    int64_t at[Operands];
    locate(index, at);
    return at[0];
  }
};

}  // namespace tenon::inline v0::cuda_backend
