// What does not depend on the step before is one product over all steps: the input's part of the gates, the gradients
// of the weights and of the input. What is left of a step is one small product and one pass over the cell's units.
#include "tenon/core/ops/rnn_layer.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/core/ops/product.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::detail {

namespace {

struct Sizes {
  int64_t steps, batch, features, hidden, columns;
};

Sizes checked_sizes(RnnCell cell, const Array& x, const RnnWeights<Array>& w, const LstmState<Array>& before) {
  const char* op = name_of(cell);
  const int64_t gates = gates_of(cell);
  check_same_device(op, x, {&w.weight_ih, &w.weight_hh, &w.bias_ih, &w.bias_hh, &before.h, &before.c},
                    "x weight_ih weight_hh bias_ih bias_hh h c");
  TENON_CHECK(w.weight_hh.ndim() == 2 && w.weight_hh.size(0) == gates * w.weight_hh.size(1), ShapeError, op,
              ": expected a weight_hh [", gates, " * hidden, hidden], got ", w.weight_hh.shape());
  const Sizes s{x.size(0), x.size(1), x.size(2), w.weight_hh.size(1), w.weight_hh.size(0)};
  TENON_CHECK(s.steps > 0, ShapeError, op, ": expected a step or more, got an input ", x.shape());
  TENON_CHECK(w.weight_ih.shape() == (Shape{s.columns, s.features}), ShapeError, op, ": expected a weight_ih ",
              (Shape{s.columns, s.features}), ", got ", w.weight_ih.shape());
  const auto check_bias = [&](const char* name, const Array& bias) {
    TENON_CHECK(!bias.defined() || bias.shape() == Shape{s.columns}, ShapeError, op, ": expected a ", name, " [",
                s.columns, "], got ", bias.shape());
  };
  check_bias("bias_ih", w.bias_ih);
  check_bias("bias_hh", w.bias_hh);
  return s;
}

/// One step of an array [steps, batch, columns].
Array step(const Array& x, int64_t t) { return slice(x, 0, t, t + 1); }

/// What a step reads and writes: positions in x, and in the states before and behind it.
struct Place {
  int64_t t, before, after;
};
Place place(int64_t s, int64_t steps, bool reversed) {
  const int64_t t = reversed ? steps - 1 - s : s;
  return {t, reversed ? t + 1 : t, reversed ? t : t + 1};
}

/// All states of a layer, of which the one before the first step is there.
Array states(const Sizes& s, const Array& before, bool reversed, const Array& like) {
  const Array all = empty({s.steps + 1, s.batch, s.hidden}, like.dtype(), like.device());
  copy_(select(all, 0, reversed ? s.steps : 0), before.defined() ? before : zeros({}, like.dtype(), like.device()));
  return all;
}

/// Memory for a matrix, or a pile of them, that products read and write by rows and by columns. Of rows that are a
/// power of 2 long too few fit into the CPU's caches at a time: they lie a little further apart, as its kernels allow.
Array pile(Shape shape, const Array& like) {
  const int64_t columns = shape[shape.ndim() - 1];
  const int64_t gap = like.device().is_cpu() ? 64 / static_cast<int64_t>(size_of(like.dtype())) : 0;
  shape[shape.ndim() - 1] += gap;
  return slice(empty(shape, like.dtype(), like.device()), -1, 0, columns);
}

/// weight_hh^T, which each step multiplies by. The libraries would copy it each time, for it lies the wrong way.
Array turned(const Array& weight, int64_t steps) {
  constexpr int64_t worth = 8;
  if (steps < worth) return transpose(contiguous(weight));
  const Array result = pile({weight.size(1), weight.size(0)}, weight);
  copy_(result, transpose(weight));
  return result;
}

/// out [1, m, n] = a [1, m, k] w [k, n] + bias.
void multiply(const Array& out, const Array& a, const Array& w, const Array& bias) {
  if (!bias.defined()) return product_into(out, a, w);
  const Array added = contiguous(bias);
  run(kernels.matmul.linear, out.device(), out.dtype(), unsqueeze(out, 0).raw(), unsqueeze(a, 0).raw(),
      unsqueeze(unsqueeze(w, 0), 0).raw(), added.raw(), Activation::none);
}

Array sum_of(const Array& a, const Array& b) { return a.defined() && b.defined() ? a + b : a.defined() ? a : b; }

Array as_rows(const Array& x) { return flatten(x, 0, 1); }

}  // namespace

RnnPass rnn_pass(RnnCell cell, const Array& x, const RnnWeights<Array>& w, const LstmState<Array>& before,
                 bool reversed) {
  const Sizes s = checked_sizes(cell, x, w, before);
  const bool lstm = cell == RnnCell::lstm;
  const Array input_bias = lstm ? sum_of(w.bias_ih, w.bias_hh) : w.bias_ih;
  RnnPass pass;
  pass.gates = pile({s.steps, s.batch, s.columns}, x);
  pass.h = states(s, before.h, reversed, x);
  if (lstm) pass.c = states(s, before.c, reversed, x);
  // The LSTM's gradient does not read h's part of the sums: one place serves all steps.
  pass.recurrent = pile({lstm ? 1 : s.steps, s.batch, s.columns}, x);
  if (s.batch * s.hidden == 0) return pass;
  multiply(unsqueeze(as_rows(pass.gates), 0), unsqueeze(contiguous(as_rows(x)), 0), transpose(contiguous(w.weight_ih)),
           input_bias);
  const Array weight = turned(w.weight_hh, s.steps), bias = lstm ? Array() : w.bias_hh;
  for (int64_t i = 0; i < s.steps; ++i) {
    const Place p = place(i, s.steps, reversed);
    const Array recurrent = step(pass.recurrent, lstm ? 0 : p.t), h_before = step(pass.h, p.before);
    const Array gates = step(pass.gates, p.t), h = step(pass.h, p.after);
    multiply(recurrent, h_before, weight, bias);
    if (lstm) {
      run(kernels.rnn.lstm_cell, x.device(), x.dtype(), gates.raw(), recurrent.raw(), step(pass.c, p.before).raw(),
          step(pass.c, p.after).raw(), h.raw());
    } else {
      run(kernels.rnn.gru_cell, x.device(), x.dtype(), gates.raw(), recurrent.raw(), h_before.raw(), h.raw());
    }
  }
  return pass;
}

RnnGradients rnn_pass_grad(RnnCell cell, const Array& dy0, const Array& dc, const Array& x, const Array& weight_ih,
                           const Array& weight_hh, const RnnPass& pass, bool reversed, RnnWanted wanted) {
  const bool lstm = cell == RnnCell::lstm;
  const int64_t steps = pass.steps(), batch = pass.h.size(1), hidden = pass.h.size(2);
  const DType type = x.dtype();
  const Device device = x.device();
  const Array dy = dy0.defined() ? contiguous(dy0) : zeros({steps, batch, hidden}, type, device);
  const Array slopes = pile(pass.gates.shape(), x), of_state = lstm ? slopes : pile(pass.gates.shape(), x);
  const Array dh = zeros({1, batch, hidden}, type, device), carry = zeros({1, batch, hidden}, type, device);
  if (dc.defined()) copy_(carry, dc);
  const Array weight = contiguous(weight_hh);
  for (int64_t i = batch * hidden == 0 ? 0 : steps; i-- > 0;) {
    const Place p = place(i, steps, reversed);
    const Array slope = step(slopes, p.t), gates = step(pass.gates, p.t), by_state = step(of_state, p.t);
    if (lstm) {
      run(kernels.rnn.lstm_cell_grad, device, type, slope.raw(), gates.raw(), step(pass.c, p.before).raw(),
          step(pass.c, p.after).raw(), step(dy, p.t).raw(), dh.raw(), carry.raw());
    } else {
      run(kernels.rnn.gru_cell_grad, device, type, slope.raw(), by_state.raw(), gates.raw(),
          step(pass.recurrent, p.t).raw(), step(pass.h, p.before).raw(), step(dy, p.t).raw(), dh.raw(), carry.raw());
    }
    if (i > 0 || wanted.h) product_into(dh, by_state, weight);
  }
  RnnGradients g;
  const Array rows = as_rows(slopes), state_rows = as_rows(of_state);
  if (wanted.x) g.dx = reshape(matmul(rows, weight_ih), x.shape());
  if (wanted.weight_ih) g.dweight_ih = matmul(transpose(rows), as_rows(x));
  if (wanted.weight_hh) g.dweight_hh = matmul(transpose(state_rows), as_rows(pass.h_before(reversed)));
  if (wanted.biases) {
    g.dbias_ih = sum(rows, 0);
    g.dbias_hh = lstm ? g.dbias_ih : sum(state_rows, 0);
  }
  if (wanted.h) g.dh = reshape(lstm ? dh : dh + carry, {batch, hidden});
  if (lstm) g.dc = reshape(carry, {batch, hidden});
  return g;
}

}  // namespace tenon::inline v0::detail
