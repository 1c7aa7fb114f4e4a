#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/attention.h"
#include "tenon/nn/containers.h"
#include "tenon/nn/dropout.h"
#include "tenon/nn/embedding.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/norm.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct GPTOptions {
  Required<Size> vocabulary;  ///< how many different tokens there are
  Size width = 256;           ///< features of a token between the blocks
  Size layers = 4;            ///< blocks
  Size heads = 4;             ///< of the attention; width is a multiple of it
  Size context = 128;         ///< the most tokens that it looks at
  double dropout = 0;         ///< of the embedding, the attention and what each branch adds

  using O = GPTOptions;
  using fields = Fields<&O::vocabulary, &O::width, &O::layers, &O::heads, &O::context, &O::dropout>;
  /// Throws ValueError.
  void check() const;
};

/// x + attention(norm1(x)), and to that + shrink(gelu(expand(norm2(that)))). [N, T, width] -> [N, T, width].
class GPTBlock : public Layer {
 public:
  explicit GPTBlock(const GPTOptions& options);
  Tensor forward(const Tensor& x) override;

  LayerNorm norm1;
  MultiheadAttention attention;  ///< of each token to itself and those before it
  LayerNorm norm2;
  Linear expand, shrink;  ///< width -> 4 width -> width
  Dropout dropout;
};

/// A language model (Radford et al., 2019): which token comes next, at every place of a text. int64 tokens [N, T] with
/// T at most `context` -> scores [N, T, vocabulary] of the token behind each, which depend on that and those before it
/// alone. Its loss: `cross_entropy(scores.flatten(0, 1), next.flatten(0, 1))`.
///
/// Token and position have a vector each; their sum goes through the blocks, a norm, and `head`. Weights are drawn from
/// N(0, 0.02^2), those that end one of the 2 `layers` branches from a sqrt(2 layers) times narrower one; biases are 0.
/// Throws ShapeError for an input of other dimensions or too many tokens, IndexError for one that is none.
class GPT : public Layer {
 public:
  using Options = GPTOptions;
  explicit GPT(const GPTOptions& options);
  Tensor forward(const Tensor& tokens) override;
  std::string description() const override;
  const GPTOptions& options() const { return options_; }

 private:
  GPTOptions options_;

 public:
  Embedding tokens, positions;
  Dropout dropout;
  List<GPTBlock> blocks;
  LayerNorm norm;
  Linear head;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
