#pragma once
#include <optional>

#include "tenon/core/array.h"
#include "tenon/core/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

struct AttentionOptions {
  double dropout = 0;                ///< the probability that a weight is 0; the others are divided by 1 - dropout
  bool is_causal = false;            ///< position i of q sees positions 0 to i of k, and no others
  std::optional<double> scale = {};  ///< 1 / sqrt(E) by default
};

/// softmax(scale q k^T + mask) v: for each position of q a mean of v, weighted by how well q fits k (Vaswani et al.,
/// 2017). q: [..., L, E], k: [..., S, E], v: [..., S, Ev] -> [..., L, Ev]; leading axes broadcast. The mask, if there
/// is one, broadcasts to [..., L, S]: bool, where false keeps a position from being seen, or floating numbers that are
/// added. A position that sees nothing gets 0, and gives no gradient. The result lies in memory in the order of q's
/// axes: heads that are a view of [..., L, heads, E] merge without a copy. Throws ShapeError where the shapes do not
/// fit, ValueError unless 0 <= dropout <= 1.
Array scaled_dot_product_attention(const Array& q, const Array& k, const Array& v, const Array& mask = {},
                                   const AttentionOptions& options = {}, Generator& generator = default_generator());
/// The same with numbers drawn before.
Array scaled_dot_product_attention(const Array& q, const Array& k, const Array& v, const Array& mask,
                                   const AttentionOptions& options, const RandomKey& key);

/// What the gradient needs of attention besides its operands.
struct Attended {
  Array y, weights;  ///< weights: [..., L, S], before dropout
};
Attended attention_with_weights(const Array& q, const Array& k, const Array& v, const Array& mask,
                                const AttentionOptions& options, const RandomKey& key);
/// The scale that the options mean.
double attention_scale(const Array& q, const AttentionOptions& options);
/// What dropout draws from the generator; nothing without dropout.
RandomKey attention_key(const Array& q, const Array& k, const Array& v, const AttentionOptions& options,
                        Generator& generator);

struct AttentionGradients {
  Array dq, dk, dv, dmask;  ///< broadcast axes are not summed yet; not defined where nobody asked
};
struct AttentionWanted {
  bool q, k, v, mask;
};
/// Each lies in memory in the order of its operand's axes.
AttentionGradients attention_grad(const Array& dy, const Array& q, const Array& k, const Array& v, const Array& weights,
                                  const AttentionOptions& options, const RandomKey& key, AttentionWanted wanted);

}  // namespace v0
}  // namespace tenon
