#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/random.h.

/// d/dx = 1/(1 - p) where x was kept, else 0: drawn again from the same numbers, no mask is kept.
Tensor dropout(const Tensor& x, double p, Generator& generator = default_generator());
Tensor dropout(const Tensor& x, double p, const RandomKey& key);

inline Tensor rand_like(const Tensor& x, Generator& generator = default_generator()) {
  return rand_like(x.array(), generator);
}
inline Tensor randn_like(const Tensor& x, Generator& generator = default_generator()) {
  return randn_like(x.array(), generator);
}

}  // namespace v0
}  // namespace tenon
