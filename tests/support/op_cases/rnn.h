#pragma once
#include <cmath>

#include "tenon/autograd/ops/join.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/rnn.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// All that a recurrent net gives, in one array.
template <class A>
A everything_of(const LstmResult<A>& r) {
  return cat({flatten(r.output), flatten(r.h), flatten(r.c)});
}
template <class A>
A everything_of(const GruResult<A>& r) {
  return cat({flatten(r.output), flatten(r.h)});
}

namespace reference {

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// A matrix or vector of a row's operands, which are row-major here.
struct Weights {
  const Array &ih, &hh, &bias_ih, &bias_hh;

  static double number(const Array& a, int64_t i) { return a.defined() ? static_cast<const double*>(a.data())[i] : 0; }
  /// Row `row` of weight_ih x + bias_ih.
  double of_input(int64_t row, const std::vector<double>& x) const { return sum(ih, bias_ih, row, x); }
  double of_state(int64_t row, const std::vector<double>& h) const { return sum(hh, bias_hh, row, h); }

 private:
  static double sum(const Array& weight, const Array& bias, int64_t row, const std::vector<double>& x) {
    double total = number(bias, row);
    for (size_t k = 0; k < x.size(); ++k) {
      total += number(weight, row * static_cast<int64_t>(x.size()) + static_cast<int64_t>(k)) * x[k];
    }
    return total;
  }
};

using Vector = std::vector<double>;
/// One sequence: a vector a step.
using Sequence = std::vector<Vector>;
struct State {
  Vector h, c;
};

inline void lstm_step(const Weights& w, const Vector& x, State& s) {
  const Vector h = s.h;
  const auto n = static_cast<int64_t>(h.size());
  const auto gate = [&](int64_t g, int64_t j) { return w.of_input(g * n + j, x) + w.of_state(g * n + j, h); };
  for (int64_t j = 0; j < n; ++j) {
    double& c = s.c[size_t(j)];
    c = sigmoid(gate(1, j)) * c + sigmoid(gate(0, j)) * std::tanh(gate(2, j));
    s.h[size_t(j)] = sigmoid(gate(3, j)) * std::tanh(c);
  }
}
inline void gru_step(const Weights& w, const Vector& x, State& s) {
  const Vector h = s.h;
  const auto n = static_cast<int64_t>(h.size());
  for (int64_t j = 0; j < n; ++j) {
    const double r = sigmoid(w.of_input(j, x) + w.of_state(j, h));
    const double z = sigmoid(w.of_input(n + j, x) + w.of_state(n + j, h));
    const double candidate = std::tanh(w.of_input(2 * n + j, x) + r * w.of_state(2 * n + j, h));
    s.h[size_t(j)] = (1 - z) * candidate + z * h[size_t(j)];
  }
}

/// x [steps, batch, features], or the first two the other way round. `weights`: four arrays a direction of a layer.
inline Array rnn(bool lstm, const Array& x, const Arrays& weights, const Array& h0, const Array& c0, size_t directions,
                 bool batch_first = false) {
  const size_t layers = weights.size() / 4 / directions;
  const Array in = batch_first ? transpose(x, 0, 1).contiguous() : x;
  const int64_t steps = in.size(0), batch = in.size(1), hidden = weights[1].size(1);
  const Shape wide{steps, batch, hidden * static_cast<int64_t>(directions)};
  Vector output(static_cast<size_t>(wide.numel()));
  Vector last_h(layers * directions * static_cast<size_t>(batch * hidden)), last_c = last_h;
  for (int64_t b = 0; b < batch; ++b) {
    Sequence sequence(static_cast<size_t>(steps));
    for (int64_t t = 0; t < steps; ++t) sequence[size_t(t)] = values(select(select(in, 0, t), 0, b));
    for (size_t layer = 0; layer < layers; ++layer) {
      Sequence joined(sequence.size());
      for (size_t d = 0; d < directions; ++d) {
        const size_t k = layer * directions + d;
        const auto first = [&](const Array& all) {
          const auto place = static_cast<int64_t>(k);
          return all.defined() ? values(select(select(all, 0, place), 0, b)) : Vector(static_cast<size_t>(hidden));
        };
        const Weights w{weights[4 * k], weights[4 * k + 1], weights[4 * k + 2], weights[4 * k + 3]};
        State s{first(h0), first(c0)};
        Sequence outputs(sequence.size());
        for (size_t i = 0; i < sequence.size(); ++i) {
          const size_t t = d == 0 ? i : sequence.size() - 1 - i;
          lstm ? lstm_step(w, sequence[t], s) : gru_step(w, sequence[t], s);
          outputs[t] = s.h;
        }
        for (size_t t = 0; t < outputs.size(); ++t) {
          joined[t].insert(joined[t].end(), outputs[t].begin(), outputs[t].end());
        }
        const size_t to = (k * static_cast<size_t>(batch) + static_cast<size_t>(b)) * static_cast<size_t>(hidden);
        std::copy(s.h.begin(), s.h.end(), last_h.begin() + static_cast<int64_t>(to));
        std::copy(s.c.begin(), s.c.end(), last_c.begin() + static_cast<int64_t>(to));
      }
      sequence = joined;
    }
    for (size_t t = 0; t < sequence.size(); ++t) {
      const auto place = batch_first ? b * steps + static_cast<int64_t>(t) : static_cast<int64_t>(t) * batch + b;
      std::copy(sequence[t].begin(), sequence[t].end(), output.begin() + place * wide[2]);
    }
  }
  output.insert(output.end(), last_h.begin(), last_h.end());
  if (lstm) output.insert(output.end(), last_c.begin(), last_c.end());
  return from_values({static_cast<int64_t>(output.size())}, output);
}

}  // namespace reference

inline std::vector<OpCase> rnn_cases() {
  // No two sizes are alike, so that each may change alone.
  return {
      {.name = "lstm",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return everything_of(lstm(x[0], {{x[1], x[2], x[3], x[4]}}, {x[5], x[6]}));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(true, x[0], {x[1], x[2], x[3], x[4]}, x[5], x[6], 1);
           },
       .inputs = {normal({4, 3, 5}), normal({8, 5}), normal({8, 2}), optional(normal({8})), optional(normal({8})),
                  optional(normal({1, 3, 2})), optional(normal({1, 3, 2}))},
       .tolerance = 4,
       .misuses = {{{normal({4, 5}), normal({8, 5}), normal({8, 2}), normal({8}), normal({8}), normal({1, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected an input [steps, batch, features], got [4, 5]"},
                   {{normal({0, 3, 5}), normal({8, 5}), normal({8, 2}), normal({8}), normal({8}), normal({1, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected a step or more, got an input [0, 3, 5]"},
                   {{normal({4, 3, 5}), normal({8, 4}), normal({8, 2}), normal({8}), normal({8}), normal({1, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected a weight_ih [8, 5], got [8, 4]"},
                   {{normal({4, 3, 5}), normal({6, 5}), normal({6, 2}), normal({6}), normal({6}), normal({1, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected a weight_hh [4 * hidden, hidden], got [6, 2]"},
                   {{normal({4, 3, 5}), normal({8, 5}), normal({8, 2}), normal({8}), normal({6}), normal({1, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected a bias_hh [8], got [6]"},
                   {{normal({4, 3, 5}), normal({8, 5}), normal({8, 2}), normal({8}), normal({8}), normal({2, 3, 2}),
                     normal({1, 3, 2})},
                    "lstm: expected a state h [1, 3, 2], got [2, 3, 2]"},
                   {{normal({4, 3, 5}), normal({8, 5}), normal({8, 2})},
                    "lstm: expected weights of each layer in both directions, got 1",
                    Call([](const auto& x) {
                      return lstm(x[0], {{x[1], x[2], {}, {}}}, {}, {.bidirectional = true}).output;
                    })},
                   {{normal({4, 3, 5}), normal({8, 5}), normal({8, 2})},
                    "lstm: dropout must lie in [0, 1], got 2",
                    Call([](const auto& x) {
                      return lstm(x[0], {{x[1], x[2], {}, {}}}, {}, {.dropout = 2}).output;
                    })}}},
      {.name = "lstm/bidirectional_batch_first",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return everything_of(lstm(x[0], {{x[1], x[2], x[3], x[4]}, {x[5], x[6], x[3], x[4]}}, {},
                                       {.bidirectional = true, .batch_first = true}));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(true, x[0], {x[1], x[2], x[3], x[4], x[5], x[6], x[3], x[4]}, {}, {}, 2, true);
           },
       .inputs = {normal({3, 4, 5}), normal({8, 5}), normal({8, 2}), optional(normal({8})), optional(normal({8})),
                  normal({8, 5}), normal({8, 2})},
       .tolerance = 4},
      {.name = "lstm/two_layers_no_bias",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return everything_of(lstm(x[0], {{x[1], x[2], {}, {}}, {x[3], x[4], {}, {}}}));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(true, x[0], {x[1], x[2], {}, {}, x[3], x[4], {}, {}}, {}, {}, 1);
           },
       .inputs = {normal({4, 3, 5}), normal({8, 5}), normal({8, 2}), normal({8, 2}), normal({8, 2})},
       .tolerance = 4},
      {.name = "gru",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return everything_of(gru(x[0], {{x[1], x[2], x[3], x[4]}}, x[5]));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(false, x[0], {x[1], x[2], x[3], x[4]}, x[5], {}, 1);
           },
       .inputs = {normal({4, 3, 5}), normal({6, 5}), normal({6, 2}), optional(normal({6})), optional(normal({6})),
                  optional(normal({1, 3, 2}))},
       .tolerance = 4,
       .misuses = {{{normal({4, 3, 5}), normal({8, 5}), normal({8, 2}), normal({8}), normal({8}), normal({1, 3, 2})},
                    "gru: expected a weight_hh [3 * hidden, hidden], got [8, 2]"},
                   {{normal({4, 3, 5}), normal({6, 5}), normal({6, 2}), normal({8}), normal({6}), normal({1, 3, 2})},
                    "gru: expected a bias_ih [6], got [8]"},
                   {{normal({4, 3, 5}), normal({6, 5}), normal({6, 2}), normal({6}), normal({6}), normal({1, 2, 2})},
                    "gru: expected a state h [1, 3, 2], got [1, 2, 2]"},
                   {{normal({4, 3, 5})}, "gru: expected weights of each layer, got 0", Call([](const auto& x) {
                      return gru(x[0], {}).output;
                    })}}},
      // Both layers have the same weights, both directions the same biases.
      {.name = "gru/bidirectional_two_layers",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             const std::decay_t<decltype(x[0])> none;
             return everything_of(gru(x[0],
                                      {{x[1], x[2], x[3], x[4]},
                                       {x[5], x[6], x[3], x[4]},
                                       {x[1], x[2], none, x[4]},
                                       {x[5], x[6], x[3], none}},
                                      {}, {.bidirectional = true}));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(
                 false, x[0],
                 {x[1], x[2], x[3], x[4], x[5], x[6], x[3], x[4], x[1], x[2], {}, x[4], x[5], x[6], x[3], {}}, {}, {},
                 2);
           },
       .inputs = {normal({5, 3, 4}), normal({6, 4}), normal({6, 2}), optional(normal({6})), optional(normal({6})),
                  normal({6, 4}), normal({6, 2})},
       .tolerance = 4},
      {.name = "gru/batch_first_no_bias",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return everything_of(gru(x[0], {{x[1], x[2], {}, {}}}, {}, {.batch_first = true}));
           },
       .reference =
           [](const Arrays& x) {
             return reference::rnn(false, x[0], {x[1], x[2], {}, {}}, {}, {}, 1, true);
           },
       .inputs = {normal({3, 4, 5}), normal({6, 5}), normal({6, 2})},
       .tolerance = 4},
  };
}

}  // namespace tenon::testing
