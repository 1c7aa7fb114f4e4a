#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/linear.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct MultiheadAttentionOptions {
  Required<Size> features, heads;  ///< features: of all heads together
  double dropout = 0;              ///< of the attention's weights, in training
  bool bias = true;
  bool is_causal = false;  ///< position i sees positions 0 to i, and no others

  using O = MultiheadAttentionOptions;
  using fields = Fields<&O::features, &O::heads, &O::dropout, &O::bias, &O::is_causal>;
  /// Throws ValueError unless heads divides features and 0 <= dropout <= 1.
  void check() const;
};

/// out_proj(heads of scaled_dot_product_attention(q Wq^T, k Wk^T, v Wv^T), side by side) (Vaswani et al., 2017).
/// [..., positions, features] -> the same, of q. Parameters: in_proj_weight [3 features, features] (Wq, Wk and Wv below
/// each other, drawn from U(-a, a), a = sqrt(6 / (4 features))), in_proj_bias (0), out_proj.weight, out_proj.bias (0).
class MultiheadAttention : public Layer {
 public:
  using Options = MultiheadAttentionOptions;
  explicit MultiheadAttention(MultiheadAttentionOptions options);
  MultiheadAttention(int64_t features, int64_t heads)
      : MultiheadAttention(MultiheadAttentionOptions{.features = features, .heads = heads}) {}

  /// Of x to itself.
  Tensor forward(const Tensor& x) override { return forward(x, x, x); }
  /// q: [..., L, features]; k, v: [..., S, features]; the mask broadcasts to [..., heads, L, S], as in
  /// scaled_dot_product_attention: true takes part, numbers are added. Throws ShapeError.
  Tensor forward(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask = {});
  using Layer::operator();
  Tensor operator()(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask = {}) {
    return within([&] { return forward(q, k, v, mask); });
  }
  std::string description() const override;

 private:
  MultiheadAttentionOptions options_;

 public:
  Parameter in_proj_weight, in_proj_bias;  ///< the bias is not defined without one
  Linear out_proj;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
