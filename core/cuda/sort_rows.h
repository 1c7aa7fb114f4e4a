// What a thread does before and after CUB sorts rows in memory, for host and device.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/cuda/sort_key.h"

namespace tenon::inline v0::cuda_backend {

/// Writes keys and positions of rows.
template <class Key>
struct MakePairs {
  Key* keys;
  uint32_t* positions;
  const Key* x;
  SortOrder<Key> order;
  LargeDivider size;

  TENON_INLINE void operator()(int64_t i) const {
    keys[i] = order.key(x[i]);
    positions[i] = static_cast<uint32_t>(i - size.quotient(i) * size.divisor());
  }
};

/// Writes the first `count` of each row.
template <class Key>
struct TakeFirst {
  Key* values;
  int64_t* indices;
  const Key* x;
  const uint32_t* positions;
  LargeDivider count;
  int64_t size;

  TENON_INLINE void operator()(int64_t i) const {
    const int64_t row = count.quotient(i), from = positions[row * size + (i - row * count.divisor())];
    values[i] = x[row * size + from];
    indices[i] = from;
  }
};

}  // namespace tenon::inline v0::cuda_backend
