#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/attention.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/attention.h.

/// With the weights p, ds = p (dp - sum(p dp)) and dp = dy v^T (dropped out as p was): d/dq = scale ds k,
/// d/dk = scale ds^T q, d/dv = p^T dy, d/dmask = ds.
Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask = {},
                                    const AttentionOptions& options = {}, Generator& generator = default_generator());
Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask,
                                    const AttentionOptions& options, const RandomKey& key);

}  // namespace v0
}  // namespace tenon
