// What a thread of tril and triu does, for host and device.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/cuda/pack.h"

namespace tenon::inline v0::cuda_backend {

/// V neighbouring elements of a row: what lies beyond the diagonal becomes 0. T has the elements' size.
template <bool upper, class T, int V>
struct Triangle {
  T* out;
  const T* x;
  LargeDivider columns, rows;
  int64_t diagonal;

  TENON_INLINE void operator()(int64_t pack) const {
    const int64_t i = pack * V, row = columns.quotient(i), column = i - row * columns.divisor();
    // The first column on or right of the diagonal; tril keeps the diagonal itself.
    const int64_t cut = row - rows.quotient(row) * rows.divisor() + diagonal + !upper;
    Pack<T, V> result = load_pack<V>(x + i);
    for (int k = 0; k < V; ++k) result.v[k] = (column + k >= cut) == upper ? result.v[k] : T(0);
    store_pack<V>(out + i, result);
  }
};

}  // namespace tenon::inline v0::cuda_backend
