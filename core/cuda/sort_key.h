// Elements as unsigned numbers that are in order where the elements are.
#pragma once
#include "tenon/core/dtype.h"
#include "tenon/core/math/host_device.h"

namespace tenon::inline v0::cuda_backend {

/// Key has the elements' size. 0 and -0 are equal; nan is larger than everything.
template <class Key>
struct SortOrder {
  Key sign;      ///< the sign's bit, 0 where there is none
  Key infinity;  ///< the bits of infinity; 0: no floating numbers
  bool descending;

  SortOrder(DType dtype, bool falling) : sign(0), infinity(0), descending(falling) {
    if (dtype != bool_ && dtype != uint8) sign = static_cast<Key>(Key{1} << (8 * sizeof(Key) - 1));
    if (!is_floating(dtype)) return;
    const int mantissa = dtype == float16 ? 10 : dtype == bfloat16 ? 7 : dtype == float32 ? 23 : 52;
    infinity = static_cast<Key>((sign - 1) >> mantissa << mantissa);
  }

  TENON_INLINE Key key(Key bits) const {
    const Key magnitude = static_cast<Key>(bits & ~sign);
    Key rising = static_cast<Key>(bits ^ sign);
    if (infinity != 0) {
      const Key flipped = bits & sign ? static_cast<Key>(~bits) : rising;
      rising = magnitude > infinity ? static_cast<Key>(~Key{0}) : magnitude == 0 ? sign : flipped;
    }
    return descending ? static_cast<Key>(~rising) : rising;
  }
};

}  // namespace tenon::inline v0::cuda_backend
