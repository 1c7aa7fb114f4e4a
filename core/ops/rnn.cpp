#include "tenon/core/ops/rnn.h"

#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/rnn_stack.h"

namespace tenon::inline v0 {

using detail::RnnCell;

namespace {

LstmResult<Array> run_stack(RnnCell cell, const Array& x, const std::vector<RnnWeights<Array>>& weights,
                            const LstmState<Array>& state, const RnnOptions& options, Generator& generator) {
  const auto layer = [cell](const Array& input, const RnnWeights<Array>& w, const LstmState<Array>& before,
                            bool reversed) {
    const detail::RnnPass pass = detail::rnn_pass(cell, input, w, before, reversed);
    const Array output = pass.output(reversed);
    const Array c = pass.c.defined() ? pass.last_c(reversed) : Array();
    return LstmResult<Array>{output, select(output, 0, reversed ? 0 : -1), c};
  };
  return detail::rnn_stack(cell, x, weights, state, options, generator, layer);
}

}  // namespace

LstmResult<Array> lstm(const Array& x, const std::vector<RnnWeights<Array>>& weights, const LstmState<Array>& state,
                       const RnnOptions& options, Generator& generator) {
  return run_stack(RnnCell::lstm, x, weights, state, options, generator);
}

GruResult<Array> gru(const Array& x, const std::vector<RnnWeights<Array>>& weights, const Array& h,
                     const RnnOptions& options, Generator& generator) {
  LstmResult<Array> result = run_stack(RnnCell::gru, x, weights, {h, {}}, options, generator);
  return {std::move(result.output), std::move(result.h)};
}

}  // namespace tenon::inline v0
