#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/sort.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/sort.h. The gradients go back to the places that the values came from.

Indexed<Tensor> sort(const Tensor& x, int64_t axis = -1, bool descending = false);
Tensor argsort(const Tensor& x, int64_t axis = -1, bool descending = false);
Indexed<Tensor> topk(const Tensor& x, int64_t k, TopkOptions options = {});

}  // namespace v0
}  // namespace tenon
