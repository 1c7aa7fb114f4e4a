#include "tenon/nn/attention.h"

#include "tenon/autograd/ops/attention.h"
#include "tenon/autograd/ops/join.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/matmul.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

namespace {

Array drawn_in_projection(int64_t features) {
  Array weight = empty({3 * features, features});
  init::xavier_uniform_(weight);
  return weight;
}

/// [..., positions, features] -> [..., heads, positions, features / heads], the same memory.
Tensor heads_of(const Tensor& x, int64_t heads) {
  Shape shape = x.shape();
  const int last = shape.ndim() - 1;
  const int64_t features = shape[last];
  shape[last] = heads;
  shape.push_back(features / heads);
  return transpose(reshape(x, shape), -3, -2);
}

}  // namespace

void MultiheadAttentionOptions::check() const {
  TENON_CHECK(features.value % heads.value == 0, ValueError, "heads must divide features, got ", int64_t{heads.value},
              " and ", int64_t{features.value});
  TENON_CHECK(dropout >= 0 && dropout <= 1, ValueError, "dropout must lie in [0, 1], got ", dropout);
}

MultiheadAttention::MultiheadAttention(MultiheadAttentionOptions options)
    : options_(checked("MultiheadAttention", options)),
      in_proj_weight(part("in_proj_weight", Parameter(drawn_in_projection(options.features)))),
      in_proj_bias(optional_part("in_proj_bias", options.bias ? zeros({3 * options.features.value}) : Array())),
      out_proj(part("out_proj", Linear({.in = options.features, .out = options.features, .bias = options.bias}))) {
  if (options.bias) init::zeros_(out_proj.bias);
}

Tensor MultiheadAttention::forward(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) {
  const int64_t features = options_.features.value;
  for (const Tensor* x : {&q, &k, &v}) {
    TENON_CHECK(x->defined(), ValueError, "the input is not defined");
    TENON_CHECK(x->ndim() >= 2 && x->size(-1) == features, ShapeError, "expected an input [..., positions, ", features,
                "], got ", x->shape());
  }
  // Weights in three parts, whose gradients are joined once: products that follow each other in memory, as the heads
  // want them, are faster than one whose rows hold all three.
  const std::vector<Tensor> weights = split(in_proj_weight, features, 0);
  const std::vector<Tensor> biases = in_proj_bias.defined() ? split(in_proj_bias, features, 0) : std::vector<Tensor>(3);
  const auto projected = [&](const Tensor& x, size_t i) {
    return heads_of(linear(x, weights[i], biases[i]), options_.heads.value);
  };
  const Tensor queries = projected(q, 0), keys = projected(k, 1), values = projected(v, 2);
  const AttentionOptions options{.dropout = training() ? options_.dropout : 0, .is_causal = options_.is_causal};
  const Tensor mixed = transpose(scaled_dot_product_attention(queries, keys, values, mask, options), -3, -2);
  return out_proj(flatten(mixed, -2, -1));
}

std::string MultiheadAttention::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
