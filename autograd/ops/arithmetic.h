#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/arithmetic.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/arithmetic.h. Gradients of broadcast operands are summed over the broadcast axes.

/// d/da = 1, d/db = 1
Tensor add(const Tensor& a, const Tensor& b);
Tensor add(const Tensor& a, Scalar b);
Tensor add(Scalar a, const Tensor& b);
/// d/da = 1, d/db = -1
Tensor sub(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, Scalar b);
Tensor sub(Scalar a, const Tensor& b);
/// d/da = b, d/db = a
Tensor mul(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, Scalar b);
Tensor mul(Scalar a, const Tensor& b);
/// d/da = 1/b, d/db = -a/b^2
Tensor div(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, Scalar b);
Tensor div(Scalar a, const Tensor& b);
/// 1 for the one that is taken, 0 for the other; half each where they are equal.
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, Scalar b);
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, Scalar b);
/// d/da = 1, d/db = -floor(a/b)
Tensor remainder(const Tensor& a, const Tensor& b);
Tensor remainder(const Tensor& a, Scalar b);

/// d/dx = -1
Tensor neg(const Tensor& x);
/// d/dx = sign(x)
Tensor abs(const Tensor& x);
/// d/dx = 0
Tensor sign(const Tensor& x);
/// d/dx = 2x
Tensor square(const Tensor& x);
/// d/dx = -1/x^2
Tensor reciprocal(const Tensor& x);

// In place. Nothing is recorded: all throw GradError outside NoGrad if x or y asks for gradients.
void add_(const Tensor& x, const Tensor& y);
void add_(const Tensor& x, Scalar y);
void sub_(const Tensor& x, const Tensor& y);
void sub_(const Tensor& x, Scalar y);
void mul_(const Tensor& x, const Tensor& y);
void mul_(const Tensor& x, Scalar y);
void div_(const Tensor& x, const Tensor& y);
void div_(const Tensor& x, Scalar y);

inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator+(const Tensor& a, Scalar b) { return add(a, b); }
inline Tensor operator+(Scalar a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator-(const Tensor& a, Scalar b) { return sub(a, b); }
inline Tensor operator-(Scalar a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator*(const Tensor& a, Scalar b) { return mul(a, b); }
inline Tensor operator*(Scalar a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator/(const Tensor& a, Scalar b) { return div(a, b); }
inline Tensor operator/(Scalar a, const Tensor& b) { return div(a, b); }
inline Tensor operator-(const Tensor& x) { return neg(x); }
// `x += y` means `x = x + y`: a new tensor, recorded. In place are add_ and friends.
inline Tensor& operator+=(Tensor& x, const Tensor& y) { return x = add(x, y); }
inline Tensor& operator+=(Tensor& x, Scalar y) { return x = add(x, y); }
inline Tensor& operator-=(Tensor& x, const Tensor& y) { return x = sub(x, y); }
inline Tensor& operator-=(Tensor& x, Scalar y) { return x = sub(x, y); }
inline Tensor& operator*=(Tensor& x, const Tensor& y) { return x = mul(x, y); }
inline Tensor& operator*=(Tensor& x, Scalar y) { return x = mul(x, y); }
inline Tensor& operator/=(Tensor& x, const Tensor& y) { return x = div(x, y); }
inline Tensor& operator/=(Tensor& x, Scalar y) { return x = div(x, y); }

}  // namespace v0
}  // namespace tenon
