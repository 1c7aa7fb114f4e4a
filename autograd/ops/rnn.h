#pragma once
#include "tenon/autograd/tensor.h"
#include "tenon/core/ops/rnn.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// As on Arrays; see core/ops/rnn.h. Gradients go back through time, over the whole sequence. A gradient that is to be
// differentiated in turn computes the steps anew, one by one.

LstmResult<Tensor> lstm(const Tensor& x, const std::vector<RnnWeights<Tensor>>& weights,
                        const LstmState<Tensor>& state = {}, const RnnOptions& options = {},
                        Generator& generator = default_generator());
GruResult<Tensor> gru(const Tensor& x, const std::vector<RnnWeights<Tensor>>& weights, const Tensor& h = {},
                      const RnnOptions& options = {}, Generator& generator = default_generator());

}  // namespace v0
}  // namespace tenon
