#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/comparison.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/comparison.h.

// Not differentiable: the results are bool.
inline Tensor eq(const Tensor& a, const Tensor& b) { return eq(a.array(), b.array()); }
inline Tensor eq(const Tensor& a, Scalar b) { return eq(a.array(), b); }
inline Tensor ne(const Tensor& a, const Tensor& b) { return ne(a.array(), b.array()); }
inline Tensor ne(const Tensor& a, Scalar b) { return ne(a.array(), b); }
inline Tensor lt(const Tensor& a, const Tensor& b) { return lt(a.array(), b.array()); }
inline Tensor lt(const Tensor& a, Scalar b) { return lt(a.array(), b); }
inline Tensor le(const Tensor& a, const Tensor& b) { return le(a.array(), b.array()); }
inline Tensor le(const Tensor& a, Scalar b) { return le(a.array(), b); }
inline Tensor gt(const Tensor& a, const Tensor& b) { return gt(a.array(), b.array()); }
inline Tensor gt(const Tensor& a, Scalar b) { return gt(a.array(), b); }
inline Tensor ge(const Tensor& a, const Tensor& b) { return ge(a.array(), b.array()); }
inline Tensor ge(const Tensor& a, Scalar b) { return ge(a.array(), b); }
inline Tensor logical_and(const Tensor& a, const Tensor& b) { return logical_and(a.array(), b.array()); }
inline Tensor logical_or(const Tensor& a, const Tensor& b) { return logical_or(a.array(), b.array()); }
inline Tensor logical_xor(const Tensor& a, const Tensor& b) { return logical_xor(a.array(), b.array()); }
inline Tensor logical_not(const Tensor& x) { return logical_not(x.array()); }
inline Tensor isnan(const Tensor& x) { return isnan(x.array()); }
inline Tensor isinf(const Tensor& x) { return isinf(x.array()); }
inline Tensor isfinite(const Tensor& x) { return isfinite(x.array()); }
inline bool allclose(const Tensor& a, const Tensor& b, const Tolerance& tolerance = {}) {
  return allclose(a.array(), b.array(), tolerance);
}
inline bool equal(const Tensor& a, const Tensor& b) { return equal(a.array(), b.array()); }

/// d/da = 1 where the condition holds, else 0; d/db the other way round.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor where(const Tensor& condition, const Tensor& a, Scalar b);
Tensor where(const Tensor& condition, Scalar a, const Tensor& b);
inline Tensor where(const Tensor& condition, Scalar a, Scalar b) { return where(condition.array(), a, b); }
/// d/dx = 0 where the mask holds, else 1
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value);
/// d/dx = 1 where low <= x <= high, else 0
Tensor clamp(const Tensor& x, const Range& range);
Tensor clamp(const Tensor& x, Scalar low, Scalar high);
/// The same, and 1 for the end that was taken.
Tensor clamp(const Tensor& x, const Tensor& low, const Tensor& high);

inline Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
inline Tensor operator==(const Tensor& a, Scalar b) { return eq(a, b); }
inline Tensor operator==(Scalar a, const Tensor& b) { return eq(b, a); }
inline Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor operator!=(const Tensor& a, Scalar b) { return ne(a, b); }
inline Tensor operator!=(Scalar a, const Tensor& b) { return ne(b, a); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<(const Tensor& a, Scalar b) { return lt(a, b); }
inline Tensor operator<(Scalar a, const Tensor& b) { return gt(b, a); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator<=(const Tensor& a, Scalar b) { return le(a, b); }
inline Tensor operator<=(Scalar a, const Tensor& b) { return ge(b, a); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>(const Tensor& a, Scalar b) { return gt(a, b); }
inline Tensor operator>(Scalar a, const Tensor& b) { return lt(b, a); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
inline Tensor operator>=(const Tensor& a, Scalar b) { return ge(a, b); }
inline Tensor operator>=(Scalar a, const Tensor& b) { return le(b, a); }

}  // namespace v0
}  // namespace tenon
