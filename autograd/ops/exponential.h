#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/exponential.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/exponential.h.

/// d/dx = e^x
Tensor exp(const Tensor& x);
/// d/dx = e^x
Tensor expm1(const Tensor& x);
/// d/dx = 1/x
Tensor log(const Tensor& x);
/// d/dx = 1/(1 + x)
Tensor log1p(const Tensor& x);
/// d/dx = 1/(x ln 2)
Tensor log2(const Tensor& x);
/// d/dx = 1/(2 sqrt(x))
Tensor sqrt(const Tensor& x);
/// d/dx = -1/2 x^(-3/2)
Tensor rsqrt(const Tensor& x);
/// d/dx = 2/sqrt(pi) exp(-x^2)
Tensor erf(const Tensor& x);
/// d/da = b a^(b - 1), 0 where b = 0; d/db = a^b log(a), 0 where a = 0 and b >= 0
Tensor pow(const Tensor& a, const Tensor& b);
Tensor pow(const Tensor& a, Scalar b);
Tensor pow(Scalar a, const Tensor& b);

}  // namespace v0
}  // namespace tenon
