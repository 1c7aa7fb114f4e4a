#include "tenon/autograd/ops/rnn.h"

#include "tenon/autograd/engine.h"
#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/join.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/matmul.h"
#include "tenon/autograd/ops/random.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/rnn_stack.h"

namespace tenon::inline v0 {

using detail::RnnCell;

namespace {

/// A layer's operands, in the order in which they are recorded.
enum Operand : size_t { input, weight_ih, weight_hh, bias_ih, bias_hh, first_h, first_c, operands };

/// A layer in differentiable ops, step by step: the output, and c behind the last step.
std::vector<Tensor> unrolled(RnnCell cell, const std::vector<Tensor>& in, bool reversed) {
  const Tensor& x = in[input];
  const int64_t steps = x.size(0), hidden = in[weight_hh].size(1);
  const auto state = [&](const Tensor& given) {
    return given.defined() ? given : Tensor(zeros({x.size(1), hidden}, x.dtype(), x.device()));
  };
  Tensor h = state(in[first_h]), c = state(in[first_c]);
  std::vector<Tensor> outputs(static_cast<size_t>(steps));
  for (int64_t s = 0; s < steps; ++s) {
    const int64_t t = reversed ? steps - 1 - s : s;
    const Tensor a = linear(select(x, 0, t), in[weight_ih], in[bias_ih]), b = linear(h, in[weight_hh], in[bias_hh]);
    const auto gate = [hidden](const Tensor& sums, int64_t k) { return slice(sums, 1, k * hidden, (k + 1) * hidden); };
    if (cell == RnnCell::lstm) {
      const Tensor sums = a + b;
      c = sigmoid(gate(sums, 1)) * c + sigmoid(gate(sums, 0)) * tanh(gate(sums, 2));
      h = sigmoid(gate(sums, 3)) * tanh(c);
    } else {
      const Tensor r = sigmoid(gate(a, 0) + gate(b, 0)), z = sigmoid(gate(a, 1) + gate(b, 1));
      const Tensor n = tanh(gate(a, 2) + r * gate(b, 2));
      h = n + z * (h - n);
    }
    outputs[static_cast<size_t>(t)] = h;
  }
  return {stack(outputs), c};
}

/// The same tensor under a node of its own: an operand that is given twice, or made from another, is differentiated by
/// each of its places.
Tensor apart(const Tensor& x) {
  if (!x.defined()) return x;
  return record("rnn", x.array(), {x}, keep_nothing, [](const Backward& b) { return gradients(b.dy()); });
}

/// The gradients in differentiable ops.
Gradients composed(RnnCell cell, const Backward& b, bool reversed) {
  const EnableGrad on;
  std::vector<Tensor> in, wanted;
  for (size_t i = 0; i < operands; ++i) {
    in.push_back(apart(b.input(i)));
    if (b.needs(i)) wanted.push_back(in.back());
  }
  const std::vector<Tensor> again = unrolled(cell, in, reversed);
  std::vector<Tensor> outputs, output_gradients;
  for (size_t i = 0; i < (cell == RnnCell::lstm ? 2 : 1); ++i) {
    if (!b.dy(i).defined()) continue;
    outputs.push_back(again[i]);
    output_gradients.push_back(b.dy(i));
  }
  std::vector<Tensor> found = detail::gradients_by(outputs, output_gradients, wanted, true, true, true);
  Gradients all(operands);
  for (size_t i = 0, k = 0; i < operands; ++i) {
    if (b.needs(i)) all[i] = std::move(found[k++]);
  }
  return all;
}

Gradients fused(RnnCell cell, const Backward& b, bool reversed) {
  const auto array = [](const Tensor& t) { return t.defined() ? t.array() : Array(); };
  const bool lstm = cell == RnnCell::lstm;
  const detail::RnnPass pass = lstm ? detail::RnnPass{b.saved(0), b.saved(1), b.saved(2), {}}
                                    : detail::RnnPass{b.saved(0), b.saved(1), {}, b.saved(2)};
  detail::RnnGradients g = detail::rnn_pass_grad(
      cell, array(b.dy(0)), lstm ? array(b.dy(1)) : Array(), b.input(input).array(), b.input(weight_ih).array(),
      b.input(weight_hh).array(), pass, reversed,
      {b.needs(input), b.needs(weight_ih), b.needs(weight_hh), b.needs(bias_ih) || b.needs(bias_hh), b.needs(first_h)});
  Array* const each[] = {&g.dx, &g.dweight_ih, &g.dweight_hh, &g.dbias_ih, &g.dbias_hh, &g.dh, &g.dc};
  Gradients all(operands);
  for (size_t i = 0; i < operands; ++i) {
    if (b.needs(i)) all[i] = Tensor(std::move(*each[i]));
  }
  return all;
}

LstmResult<Tensor> layer(RnnCell cell, const Tensor& x, const RnnWeights<Tensor>& w, const LstmState<Tensor>& before,
                         bool reversed) {
  const detail::RnnPass pass = detail::rnn_pass(
      cell, x.array(), {w.weight_ih.array(), w.weight_hh.array(), w.bias_ih.array(), w.bias_hh.array()},
      {before.h.array(), before.c.array()}, reversed);
  std::vector<Array> outputs{pass.output(reversed)};
  if (cell == RnnCell::lstm) outputs.push_back(clone(pass.last_c(reversed)));
  std::vector<Tensor> results =
      record(name_of(cell), std::move(outputs), {x, w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh, before.h, before.c},
             keep_inputs, saved{pass.gates, pass.h, cell == RnnCell::lstm ? pass.c : pass.recurrent},
             [cell, reversed](const Backward& b) {
               return b.create_graph() ? composed(cell, b, reversed) : fused(cell, b, reversed);
             });
  const Tensor h = select(results[0], 0, reversed ? 0 : -1);
  return {results[0], h, cell == RnnCell::lstm ? results[1] : Tensor()};
}

LstmResult<Tensor> run_stack(RnnCell cell, const Tensor& x0, std::vector<RnnWeights<Tensor>> weights,
                             const LstmState<Tensor>& state, const RnnOptions& options, Generator& generator) {
  auto [x, h, c] = low_precision(x0, state.h, state.c);
  for (RnnWeights<Tensor>& w : weights) {
    auto [w_ih, w_hh, b_ih, b_hh] = low_precision(w.weight_ih, w.weight_hh, w.bias_ih, w.bias_hh);
    w = {w_ih, w_hh, b_ih, b_hh};
  }
  const auto run = [cell](const Tensor& input, const RnnWeights<Tensor>& w, const LstmState<Tensor>& before,
                          bool reversed) { return layer(cell, input, w, before, reversed); };
  return detail::rnn_stack(cell, Tensor(x), std::move(weights), {h, c}, options, generator, run);
}

}  // namespace

LstmResult<Tensor> lstm(const Tensor& x, const std::vector<RnnWeights<Tensor>>& weights, const LstmState<Tensor>& state,
                        const RnnOptions& options, Generator& generator) {
  return run_stack(RnnCell::lstm, x, weights, state, options, generator);
}

GruResult<Tensor> gru(const Tensor& x, const std::vector<RnnWeights<Tensor>>& weights, const Tensor& h,
                      const RnnOptions& options, Generator& generator) {
  LstmResult<Tensor> result = run_stack(RnnCell::gru, x, weights, {h, {}}, options, generator);
  return {std::move(result.output), std::move(result.h)};
}

}  // namespace tenon::inline v0
