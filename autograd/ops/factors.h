// Internal: what gradients of products have in common.
#pragma once
#include "tenon/autograd/record.h"

namespace tenon::inline v0::detail {

/// Of two factors, inputs 0 and 1, what the gradients read: each, if somebody asks for the other's.
inline Keep keep_factors(const Tensor& a, const Tensor& b) {
  return (b.requires_grad() ? keep_input(0) : keep_nothing) | (a.requires_grad() ? keep_input(1) : keep_nothing);
}

}  // namespace tenon::inline v0::detail
