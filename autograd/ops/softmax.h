#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/softmax.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/softmax.h.

/// dx = y (dy - sum(dy y))
Tensor softmax(const Tensor& x, int64_t axis);
/// dx = dy - exp(y) sum(dy)
Tensor log_softmax(const Tensor& x, int64_t axis);

}  // namespace v0
}  // namespace tenon
