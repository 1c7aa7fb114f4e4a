#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/sum.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/sum.h.

/// The gradient, spread over the axes that were summed.
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
