// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include <cstdint>

#include "tenon/core/dtype.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Up to eight operands walked together: outputs first, then inputs. Core has broadcast them to one shape, sorted the
/// axes by stride, merged those that run on, and dropped sizes of 1. Axis 0 is the innermost. Strides count elements;
/// 0 repeats (an input: broadcast; an output of a reduction: a reduced axis). Zero-size loops never reach a kernel.
struct Loop {
  static constexpr int max_operands = 8;
  static constexpr int max_axes = 8;

  int32_t operands;
  int32_t axes;  ///< at least 1
  int64_t shape[max_axes];
  int64_t strides[max_operands][max_axes];
  void* data[max_operands];  ///< null: the operand is the scalar `immediate`, of the operand's dtype
  DType dtype[max_operands];
  alignas(8) unsigned char immediate[8];

  TENON_INLINE int64_t numel() const {
    int64_t n = 1;
    for (int i = 0; i < axes; ++i) n *= shape[i];
    return n;
  }
};

}  // namespace v0
}  // namespace tenon
