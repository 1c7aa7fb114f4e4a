#include "tenon/core/promotion.h"

#include <algorithm>

namespace tenon::inline v0 {

namespace {

int category(DType t) { return is_floating(t) ? 2 : is_integral(t) ? 1 : 0; }

/// What a number or 0-d array of dtype `weak` makes of an array of dtype `strong`.
DType beside(DType strong, DType weak) { return category(weak) > category(strong) ? promote(strong, weak) : strong; }

}  // namespace

DType promote(DType a, DType b) {
  const DType low = std::min(a, b), high = std::max(a, b);
  if (low == uint8 && high == int8) return int32;
  if (low == float16 && high == bfloat16) return float32;
  return high;
}

DType result_type(const Array& a, const Array& b) {
  if (a.dtype() == b.dtype()) return a.dtype();
  const bool a_weak = a.ndim() == 0, b_weak = b.ndim() == 0;
  if (a_weak == b_weak) return promote(a.dtype(), b.dtype());
  return a_weak ? beside(b.dtype(), a.dtype()) : beside(a.dtype(), b.dtype());
}

DType result_type(const Array& a, const Scalar& b) {
  if (category(b.dtype()) <= category(a.dtype())) return a.dtype();
  return is_floating(b.dtype()) ? float32 : int64;
}

}  // namespace tenon::inline v0
