#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Elementwise, with broadcasting and promotion; the result is bool. Nan equals nothing. A number may lie beyond what an
// array of integers holds: `pixels < 256`. All throw ShapeError where shapes do not broadcast.

Array eq(const Array& a, const Array& b);
Array eq(const Array& a, Scalar b);
Array ne(const Array& a, const Array& b);
Array ne(const Array& a, Scalar b);
Array lt(const Array& a, const Array& b);
Array lt(const Array& a, Scalar b);
Array le(const Array& a, const Array& b);
Array le(const Array& a, Scalar b);
Array gt(const Array& a, const Array& b);
Array gt(const Array& a, Scalar b);
Array ge(const Array& a, const Array& b);
Array ge(const Array& a, Scalar b);

/// Numbers count as true unless they are 0.
Array logical_and(const Array& a, const Array& b);
Array logical_or(const Array& a, const Array& b);
Array logical_xor(const Array& a, const Array& b);
Array logical_not(const Array& x);

/// Integers and bool are always finite.
Array isnan(const Array& x);
Array isinf(const Array& x);
Array isfinite(const Array& x);

/// a where the condition (bool) holds, else b; the three broadcast, a and b are promoted. Throws DTypeError, and
/// ValueError for a number that the integers beside it do not hold.
Array where(const Array& condition, const Array& a, const Array& b);
Array where(const Array& condition, const Array& a, Scalar b);
Array where(const Array& condition, Scalar a, const Array& b);
Array where(const Array& condition, Scalar a, Scalar b);
/// `value` where the mask (bool) holds, else x; of x's dtype. The mask and x broadcast. Throws
/// DTypeError, and ValueError for an integer that x's dtype does not hold.
Array masked_fill(const Array& x, const Array& mask, Scalar value);

/// One end of a range, or none.
struct Bound {
  Bound() = default;
  template <class T>
  requires std::is_arithmetic_v<T> Bound(T limit) : value(limit), given(true) {}  // NOLINT: implicit by design
  Scalar value = 0;
  bool given = false;
};
/// The ends that clamp keeps to; one may be left out: `clamp(x, {.min = 0})`.
struct Range {
  Bound min{}, max{};
};
/// min(max(x, low), high); nan stays. Where low > high the result is high, as in PyTorch. Throws ValueError when
/// neither is given.
Array clamp(const Array& x, const Range& range);
Array clamp(const Array& x, Scalar low, Scalar high);
Array clamp(const Array& x, const Array& low, const Array& high);

/// How near is near enough.
struct Tolerance {
  double rtol = 1e-5, atol = 1e-8;
  bool equal_nan = false;
};
/// |a - b| <= atol + rtol |b| for every element, after broadcasting; infinities only where they are equal.
bool allclose(const Array& a, const Array& b, const Tolerance& tolerance = {});
/// Whether shapes and all elements are the same (dtypes may differ). Nan equals nothing.
bool equal(const Array& a, const Array& b);

inline Array operator==(const Array& a, const Array& b) { return eq(a, b); }
inline Array operator==(const Array& a, Scalar b) { return eq(a, b); }
inline Array operator==(Scalar a, const Array& b) { return eq(b, a); }
inline Array operator!=(const Array& a, const Array& b) { return ne(a, b); }
inline Array operator!=(const Array& a, Scalar b) { return ne(a, b); }
inline Array operator!=(Scalar a, const Array& b) { return ne(b, a); }
inline Array operator<(const Array& a, const Array& b) { return lt(a, b); }
inline Array operator<(const Array& a, Scalar b) { return lt(a, b); }
inline Array operator<(Scalar a, const Array& b) { return gt(b, a); }
inline Array operator<=(const Array& a, const Array& b) { return le(a, b); }
inline Array operator<=(const Array& a, Scalar b) { return le(a, b); }
inline Array operator<=(Scalar a, const Array& b) { return ge(b, a); }
inline Array operator>(const Array& a, const Array& b) { return gt(a, b); }
inline Array operator>(const Array& a, Scalar b) { return gt(a, b); }
inline Array operator>(Scalar a, const Array& b) { return lt(b, a); }
inline Array operator>=(const Array& a, const Array& b) { return ge(a, b); }
inline Array operator>=(const Array& a, Scalar b) { return ge(a, b); }
inline Array operator>=(Scalar a, const Array& b) { return le(b, a); }

}  // namespace v0
}  // namespace tenon
