#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Elementwise. Integers and bool give float32. Outside the domain the result is nan.

/// e^x
Array exp(const Array& x);
/// e^x - 1, exact near 0.
Array expm1(const Array& x);
/// The natural logarithm; -infinity at 0.
Array log(const Array& x);
/// log(1 + x), exact near 0.
Array log1p(const Array& x);
/// The logarithm to base 2.
Array log2(const Array& x);
Array sqrt(const Array& x);
/// 1 / sqrt(x)
Array rsqrt(const Array& x);
/// The error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.
Array erf(const Array& x);

/// a^b, with broadcasting and promotion. Integers wrap around; an integer to a negative power is the whole part of the
/// true value, but a negative number as exponent of an integer array throws ValueError, as in PyTorch.
Array pow(const Array& a, const Array& b);
Array pow(const Array& a, Scalar b);
Array pow(Scalar a, const Array& b);

}  // namespace v0
}  // namespace tenon
