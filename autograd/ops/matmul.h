#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/matmul.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/matmul.h.

/// d/da = dy b^T, d/db = a^T dy, summed over broadcast dimensions
Tensor matmul(const Tensor& a, const Tensor& b);
/// With dz = dy times the activation's slope: d/dx = dz weight, d/dweight = dz^T x, d/dbias = dz summed over the rows
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const LinearOptions& options = {});

}  // namespace v0
}  // namespace tenon
