#include "tenon/nn/models/gpt.h"

#include <cmath>

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/core/check.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

void GPTOptions::check() const {
  TENON_CHECK(width % heads == 0, ValueError, "width must be a multiple of the ", int64_t{heads}, " heads, got ",
              int64_t{width});
  TENON_CHECK(dropout >= 0 && dropout <= 1, ValueError, "dropout must lie in [0, 1], got ", dropout);
}

GPTBlock::GPTBlock(const GPTOptions& o)
    : norm1(part("norm1", LayerNorm(o.width))),
      attention(
          part("attention",
               MultiheadAttention({.features = o.width, .heads = o.heads, .dropout = o.dropout, .is_causal = true}))),
      norm2(part("norm2", LayerNorm(o.width))),
      expand(part("expand", Linear(o.width, 4 * o.width))),
      shrink(part("shrink", Linear(4 * o.width, o.width))),
      dropout(part("dropout", Dropout(o.dropout))) {}

Tensor GPTBlock::forward(const Tensor& x) {
  const Tensor y = x + dropout(attention(norm1(x)));
  return y + dropout(shrink(gelu(expand(norm2(y)))));
}

GPT::GPT(const GPTOptions& options)
    : options_(checked("GPT", options)),
      tokens(part("tokens", Embedding(options.vocabulary, options.width))),
      positions(part("positions", Embedding(options.context, options.width))),
      dropout(part("dropout", Dropout(options.dropout))),
      blocks(part("blocks", List<GPTBlock>())),
      norm(part("norm", LayerNorm(options.width))),
      head(part("head", Linear(options.width, options.vocabulary))) {
  for (int64_t i = 0; i < options.layers; ++i) blocks.emplace(options);
  const double narrower = std::sqrt(2.0 * static_cast<double>(options.layers));
  for (const auto& [name, p] : named_parameters()) {
    if (p.ndim() == 2) {
      const bool ends_branch = name.ends_with(".out_proj.weight") || name.ends_with(".shrink.weight");
      init::normal_(p, 0, ends_branch ? 0.02 / narrower : 0.02);
    } else if (name.ends_with("bias")) {
      init::zeros_(p);
    }
  }
}

Tensor GPT::forward(const Tensor& x) {
  TENON_CHECK(x.ndim() == 2, ShapeError, "expected tokens [N, T], got ", x.shape());
  const int64_t t = x.size(1);
  TENON_CHECK(t <= options_.context, ShapeError, "expected at most ", int64_t{options_.context}, " tokens, got ", t,
              " (input ", x.shape(), ")");
  Tensor y = dropout(tokens(x) + positions.weight.slice(0, 0, t));
  for (GPTBlock& block : blocks) y = block(y);
  return head(norm(y));
}

std::string GPT::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
