// Which channel an element belongs to, for host and device.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/axis.h"

namespace tenon::inline v0::cuda_backend {

/// Which channel the elements of a pack belong to: one (inner > 1), or the pack's first of V neighbours.
struct Channels {
  LargeDivider inner, n;
  bool across;

  explicit Channels(const AxisLoop& a) : inner(a.inner), n(a.n), across(a.inner == 1) {}
  TENON_INLINE int64_t of(int64_t element) const {
    const int64_t row = inner.quotient(element);
    return row - n.quotient(row) * n.divisor();
  }
  bool packs_fit(int width) const { return (across ? n : inner).divisor() % width == 0; }
};

}  // namespace tenon::inline v0::cuda_backend
