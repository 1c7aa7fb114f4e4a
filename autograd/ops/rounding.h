#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/rounding.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/rounding.h.

/// d/dx = 0
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
Tensor round(const Tensor& x);
Tensor trunc(const Tensor& x);

}  // namespace v0
}  // namespace tenon
