#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/trigonometric.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/trigonometric.h.

/// d/dx = cos(x)
Tensor sin(const Tensor& x);
/// d/dx = -sin(x)
Tensor cos(const Tensor& x);
/// d/dx = 1 + tan(x)^2
Tensor tan(const Tensor& x);
/// d/dx = 1/sqrt(1 - x^2)
Tensor asin(const Tensor& x);
/// d/dx = -1/sqrt(1 - x^2)
Tensor acos(const Tensor& x);
/// d/dx = 1/(1 + x^2)
Tensor atan(const Tensor& x);
/// d/dx = cosh(x)
Tensor sinh(const Tensor& x);
/// d/dx = sinh(x)
Tensor cosh(const Tensor& x);
/// d/dy = x/(x^2 + y^2), d/dx = -y/(x^2 + y^2)
Tensor atan2(const Tensor& y, const Tensor& x);

}  // namespace v0
}  // namespace tenon
