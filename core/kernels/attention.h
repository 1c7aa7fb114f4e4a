#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

struct AttentionSettings {
  double scale;
  bool causal;  ///< row i of a matrix sees its columns 0 to i, and no others
};

/// Scores, probabilities and their gradients are row-major, [..., rows, columns]; a result may be its operand.
struct AttentionKernels {
  /// p = softmax(scale * scores + mask) along the columns. The mask, if it has data, has the shape of the scores, and a
  /// last stride of 1: bool (false: not seen), or of their dtype. A row that sees nothing, or whose sums are all
  /// -infinity, is 0.
  Slot<Status(const View& p, const View& scores, const View& mask, const AttentionSettings&, const Launch&)> softmax{
      "scaled_dot_product_attention", floating};
  /// From p and its gradient: that of the scores, scale * p * (dp - sum(p * dp)).
  Slot<Status(const View& dscores, const View& dp, const View& p, const AttentionSettings&, const Launch&)>
      softmax_grad{"scaled_dot_product_attention_grad", floating};
};

}  // namespace v0
}  // namespace tenon
