#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/conv.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/conv.h.

/// With dz = dy times the activation's slope: d/dx = conv2d_input_grad(dz, weight), d/dweight = conv2d_weight_grad(dz,
/// x), d/dbias = dz summed over all but the channels
Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias = {}, const Conv2dOptions& options = {});
/// d/ddy = conv2d(g, weight), d/dweight = conv2d_weight_grad(dy, g)
Tensor conv2d_input_grad(const Tensor& dy, const Tensor& weight, Pair input, const Conv2dOptions& options = {});
/// d/ddy = conv2d(x, g), d/dx = conv2d_input_grad(dy, g)
Tensor conv2d_weight_grad(const Tensor& dy, const Tensor& x, Pair kernel, const Conv2dOptions& options = {});

}  // namespace v0
}  // namespace tenon
