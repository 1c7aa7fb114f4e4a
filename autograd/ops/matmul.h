#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/matmul.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/matmul.h.

/// d/da = dy b^T, d/db = a^T dy, summed over broadcast dimensions
Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace v0
}  // namespace tenon
