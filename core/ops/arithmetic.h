#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Elementwise, with broadcasting and promotion. All throw ShapeError where shapes do not broadcast, DTypeError for a
// dtype that the op does not take, ValueError for a number that the integers beside it do not hold. Integers wrap
// around.

/// a + b; on bool: or.
Array add(const Array& a, const Array& b);
Array add(const Array& a, Scalar b);
Array add(Scalar a, const Array& b);
/// a - b
Array sub(const Array& a, const Array& b);
Array sub(const Array& a, Scalar b);
Array sub(Scalar a, const Array& b);
/// a * b; on bool: and.
Array mul(const Array& a, const Array& b);
Array mul(const Array& a, Scalar b);
Array mul(Scalar a, const Array& b);
/// a / b; integers and bool give float32.
Array div(const Array& a, const Array& b);
Array div(const Array& a, Scalar b);
Array div(Scalar a, const Array& b);
/// The larger, the smaller; nan if either is. A number beyond what an array of integers holds counts as the nearest
/// one.
Array maximum(const Array& a, const Array& b);
Array maximum(const Array& a, Scalar b);
Array minimum(const Array& a, const Array& b);
Array minimum(const Array& a, Scalar b);
/// a - floor(a / b) * b: the sign of b, as in Python. By 0: nan on floats, 0 on integers.
Array remainder(const Array& a, const Array& b);
Array remainder(const Array& a, Scalar b);

/// -x
Array neg(const Array& x);
/// |x|
Array abs(const Array& x);
/// -1, 0 or 1; nan stays.
Array sign(const Array& x);
/// x * x
Array square(const Array& x);
/// 1 / x; integers give float32.
Array reciprocal(const Array& x);

// In place: the result is cast to x's dtype, but a floating result does not go into an integer array (DTypeError), as
// in PyTorch. They count as a write.
void add_(const Array& x, const Array& y);
void add_(const Array& x, Scalar y);
void sub_(const Array& x, const Array& y);
void sub_(const Array& x, Scalar y);
void mul_(const Array& x, const Array& y);
void mul_(const Array& x, Scalar y);
void div_(const Array& x, const Array& y);
void div_(const Array& x, Scalar y);

inline Array operator+(const Array& a, const Array& b) { return add(a, b); }
inline Array operator+(const Array& a, Scalar b) { return add(a, b); }
inline Array operator+(Scalar a, const Array& b) { return add(a, b); }
inline Array operator-(const Array& a, const Array& b) { return sub(a, b); }
inline Array operator-(const Array& a, Scalar b) { return sub(a, b); }
inline Array operator-(Scalar a, const Array& b) { return sub(a, b); }
inline Array operator*(const Array& a, const Array& b) { return mul(a, b); }
inline Array operator*(const Array& a, Scalar b) { return mul(a, b); }
inline Array operator*(Scalar a, const Array& b) { return mul(a, b); }
inline Array operator/(const Array& a, const Array& b) { return div(a, b); }
inline Array operator/(const Array& a, Scalar b) { return div(a, b); }
inline Array operator/(Scalar a, const Array& b) { return div(a, b); }
inline Array operator-(const Array& x) { return neg(x); }
inline Array& operator+=(Array& x, const Array& y) { return add_(x, y), x; }
inline Array& operator+=(Array& x, Scalar y) { return add_(x, y), x; }
inline Array& operator-=(Array& x, const Array& y) { return sub_(x, y), x; }
inline Array& operator-=(Array& x, Scalar y) { return sub_(x, y), x; }
inline Array& operator*=(Array& x, const Array& y) { return mul_(x, y), x; }
inline Array& operator*=(Array& x, Scalar y) { return mul_(x, y), x; }
inline Array& operator/=(Array& x, const Array& y) { return div_(x, y), x; }
inline Array& operator/=(Array& x, Scalar y) { return div_(x, y), x; }

}  // namespace v0
}  // namespace tenon
