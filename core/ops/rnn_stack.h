// Internal: layers and directions of a recurrent net, written once for Arrays and Tensors.
#pragma once
#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/ops/rnn_layer.h"
#include "tenon/core/promotion.h"

namespace tenon::inline v0::detail {

/// layer(x, weights, state, reversed) gives output, h and c of one direction of one layer; the GRU's c is none.
template <class A, class Layer>
LstmResult<A> rnn_stack(RnnCell cell, const A& x0, std::vector<RnnWeights<A>> weights, const LstmState<A>& before0,
                        const RnnOptions& options, Generator& generator, const Layer& layer) {
  const char* op = name_of(cell);
  const size_t directions = options.bidirectional ? 2 : 1, count = weights.size();
  TENON_CHECK(count > 0 && count % directions == 0, ValueError, op, ": expected weights of each ",
              options.bidirectional ? "layer in both directions" : "layer", ", got ", count);
  TENON_CHECK(options.dropout >= 0 && options.dropout <= 1, ValueError, op, ": dropout must lie in [0, 1], got ",
              options.dropout);
  check_defined(op, x0);
  for (const RnnWeights<A>& w : weights) check_defined(op, w.weight_ih, w.weight_hh);
  TENON_CHECK(x0.ndim() == 3, ShapeError, op, ": expected an input ",
              options.batch_first ? "[batch, steps, features]" : "[steps, batch, features]", ", got ", x0.shape());

  // The dtype that holds all, of every operand.
  DType type = x0.dtype();
  const auto each = [&](const auto& f) {
    for (RnnWeights<A>& w : weights) f(w.weight_ih), f(w.weight_hh), f(w.bias_ih), f(w.bias_hh);
  };
  LstmState<A> before = before0;
  const auto consider = [&](const A& a) { type = a.defined() ? promote(type, a.dtype()) : type; };
  const auto convert = [&](A& a) { a = a.defined() ? a.to(type) : a; };
  each(consider), consider(before.h), consider(before.c);
  if (!contains(floating, type)) throw_wrong_dtype(op, type, floating);
  each(convert), convert(before.h), convert(before.c);
  A x = x0.to(type);
  if (options.batch_first) x = x.transpose(0, 1).contiguous();

  const A& first = weights[0].weight_hh;
  for (const RnnWeights<A>& w : weights) {
    TENON_CHECK(w.weight_hh.shape() == first.shape(), ShapeError, op, ": layers and directions differ: weight_hh is ",
                first.shape(), " and ", w.weight_hh.shape());
  }
  const int64_t hidden = first.ndim() == 2 ? first.size(1) : 0;
  const Shape state_shape{static_cast<int64_t>(count), x.size(1), hidden};
  const auto check_state = [&](const char* name, const A& a) {
    TENON_CHECK(!a.defined() || a.shape() == state_shape, ShapeError, op, ": expected a state ", name, " ", state_shape,
                ", got ", a.shape());
  };
  check_state("h", before.h);
  check_state("c", before.c);

  std::vector<A> outputs(directions), h, c;
  for (size_t k = 0; k < count; ++k) {
    const size_t direction = k % directions;
    if (k > 0 && direction == 0 && options.dropout > 0) x = dropout(x, options.dropout, generator);
    const auto part = [&](const A& a) { return a.defined() ? a.select(0, static_cast<int64_t>(k)) : A(); };
    LstmResult<A> result = layer(x, weights[k], LstmState<A>{part(before.h), part(before.c)}, direction == 1);
    outputs[direction] = std::move(result.output);
    h.push_back(std::move(result.h));
    if (result.c.defined()) c.push_back(std::move(result.c));
    if (direction + 1 == directions) x = directions == 1 ? outputs[0] : cat(outputs, 2);
  }
  return {options.batch_first ? x.transpose(0, 1) : x, stack(h), c.empty() ? A() : stack(c)};
}

}  // namespace tenon::inline v0::detail
