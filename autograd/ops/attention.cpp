#include "tenon/autograd/ops/attention.h"

#include <limits>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/matmul.h"
#include "tenon/autograd/ops/random.h"
#include "tenon/autograd/ops/softmax.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"

namespace tenon::inline v0 {

namespace {

/// The weights again, in differentiable ops.
Tensor composed_weights(const Tensor& q, const Tensor& k, const Tensor& mask, double scale, bool is_causal) {
  constexpr double never = -std::numeric_limits<double>::infinity();
  Tensor s = matmul(q, transpose(k)) * scale;
  if (mask.defined()) {
    s = mask.dtype() == bool_ ? masked_fill(s, Tensor(logical_not(mask.array())), never) : s + cast(mask, s.dtype());
  }
  if (is_causal) {
    const Array row = unsqueeze(arange(0, s.size(-2), 1, int64, s.device()), 1);
    s = masked_fill(s, Tensor(gt(arange(0, s.size(-1), 1, int64, s.device()), row)), never);
  }
  // Rows that see nothing.
  const Tensor blind = all(eq(s.array(), never), -1, true);
  return masked_fill(softmax(masked_fill(s, blind, 0), -1), blind, 0);
}

Gradients composed(const Backward& b, const AttentionOptions& options, const RandomKey& key) {
  const DType type = b.saved(0).dtype();
  const Tensor q = cast(b.input(0), type), k = cast(b.input(1), type), v = cast(b.input(2), type);
  const Tensor p = composed_weights(q, k, b.has(3) ? b.input(3) : Tensor(), *options.scale, options.is_causal);
  const auto dropped = [&](const Tensor& x) { return options.dropout > 0 ? dropout(x, options.dropout, key) : x; };
  const Tensor dp = dropped(matmul(b.dy(), transpose(v))), ds = p * (dp - sum(dp * p, -1, true));
  return b.each([&] { return matmul(ds * *options.scale, k); },
                [&] { return matmul(transpose(ds * *options.scale), q); },
                [&] { return matmul(transpose(dropped(p)), b.dy()); }, [&] { return ds; });
}

}  // namespace

Tensor scaled_dot_product_attention(const Tensor& q0, const Tensor& k0, const Tensor& v0, const Tensor& mask0,
                                    const AttentionOptions& options, const RandomKey& key) {
  auto [q, k, v, mask] = low_precision(q0, k0, v0, mask0);
  Attended a = attention_with_weights(q.array(), k.array(), v.array(), mask.array(), options, key);
  AttentionOptions known = options;
  known.scale = attention_scale(q.array(), options);
  const Keep keep = keep_input(0) | keep_input(1) | keep_input(2) | (mask.defined() ? keep_input(3) : keep_nothing);
  return record("scaled_dot_product_attention", std::move(a.y), {q, k, v, mask}, keep, saved{a.weights},
                [known, key](const Backward& b) {
                  if (b.create_graph()) return composed(b, known, key);
                  const AttentionWanted wanted{b.needs(0), b.needs(1), b.needs(2), b.needs(3)};
                  AttentionGradients g = attention_grad(b.dy().array(), b.input(0).array(), b.input(1).array(),
                                                        b.input(2).array(), b.saved(0), known, key, wanted);
                  return gradients(Tensor(std::move(g.dq)), Tensor(std::move(g.dk)), Tensor(std::move(g.dv)),
                                   Tensor(std::move(g.dmask)));
                });
}

Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask,
                                    const AttentionOptions& options, Generator& generator) {
  return scaled_dot_product_attention(q, k, v, mask, options,
                                      attention_key(q.array(), k.array(), v.array(), options, generator));
}

}  // namespace tenon::inline v0
