#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/norm.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/norm.h. With n = (x - mean) / sqrt(var + eps) and g = dy weight:
// d/dx = (g - mean(g) - n mean(g n)) / sqrt(var + eps), d/dweight = dy n and d/dbias = dy, summed.

Tensor layer_norm(const Tensor& x, int64_t axes, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-5);
/// Outside training the statistics are constants: d/dx = g / sqrt(var + eps).
Tensor batch_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, const Array& running_mean,
                  const Array& running_var, const BatchNormOptions& options = {});

}  // namespace v0
}  // namespace tenon
