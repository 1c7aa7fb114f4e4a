#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/create.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/create.h.

inline Tensor empty_like(const Tensor& x) { return empty_like(x.array()); }
inline Tensor zeros_like(const Tensor& x) { return zeros_like(x.array()); }
inline Tensor ones_like(const Tensor& x) { return ones_like(x.array()); }
inline Tensor full_like(const Tensor& x, Scalar value) { return full_like(x.array(), value); }

}  // namespace v0
}  // namespace tenon
