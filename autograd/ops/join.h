#pragma once
#include <initializer_list>
#include <vector>

#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/join.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/join.h. Each part gets the gradient of its place.

Tensor cat(const std::vector<Tensor>& tensors, int64_t axis = 0);
inline Tensor cat(std::initializer_list<Tensor> tensors, int64_t axis = 0) {
  return cat(std::vector<Tensor>(tensors), axis);
}
Tensor stack(const std::vector<Tensor>& tensors, int64_t axis = 0);
inline Tensor stack(std::initializer_list<Tensor> tensors, int64_t axis = 0) {
  return stack(std::vector<Tensor>(tensors), axis);
}
std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t axis = 0);
std::vector<Tensor> split(const Tensor& x, const std::vector<int64_t>& sizes, int64_t axis = 0);
std::vector<Tensor> chunk(const Tensor& x, int64_t count, int64_t axis = 0);

}  // namespace v0
}  // namespace tenon
