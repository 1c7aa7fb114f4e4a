#pragma once
#include "tenon/core/array.h"
#include "tenon/core/kernels/fused.h"
#include "tenon/core/options.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How a convolution's window moves, and what is applied to the result in the same pass.
struct Conv2dOptions {
  Pair stride = 1;
  Pair padding = 0;
  Pair dilation = 1;
  int64_t groups = 1;
  Activation activation = Activation::none;
};

/// activation(x * weight + bias), cross-correlation as in PyTorch's conv2d.
/// x: [n, c, h, w], weight: [o, c / groups, kh, kw], bias: [o] or none -> [n, o, oh, ow] with
/// oh = (h + 2 padding - dilation (kh - 1) - 1) / stride + 1, rounded down. The result is channels-last where o > 1; x
/// is read fastest that way too. Throws ShapeError where shapes do not fit, ValueError for options out of range.
Array conv2d(const Array& x, const Array& weight, const Array& bias = {}, const Conv2dOptions& options = {});

// The gradients of conv2d, whose own gradients are convolutions again. The activation in the options plays no part.

/// By x, whose height and width are `input`.
Array conv2d_input_grad(const Array& dy, const Array& weight, Pair input, const Conv2dOptions& options = {});
/// By the weight, whose height and width are `kernel`.
Array conv2d_weight_grad(const Array& dy, const Array& x, Pair kernel, const Conv2dOptions& options = {});

}  // namespace v0
}  // namespace tenon
