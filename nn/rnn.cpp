#include "tenon/nn/rnn.h"

#include "tenon/core/check.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

void RecurrentOptions::check() const {
  TENON_CHECK(dropout >= 0 && dropout <= 1, ValueError, "dropout must lie in [0, 1], got ", dropout);
}

Recurrent::Recurrent(const char* kind, RecurrentOptions options, int64_t gates) : options_(checked(kind, options)) {
  const int64_t hidden = options.hidden, columns = gates * hidden, directions = options.bidirectional ? 2 : 1;
  for (int64_t layer = 0; layer < options.layers; ++layer) {
    for (int64_t direction = 0; direction < directions; ++direction) {
      const std::string place = text("_l", layer, direction == 1 ? "_reverse" : "");
      add_parameter("weight_ih" + place, {columns, layer == 0 ? int64_t{options.in} : directions * hidden});
      add_parameter("weight_hh" + place, {columns, hidden});
      if (!options.bias) continue;
      add_parameter("bias_ih" + place, {columns});
      add_parameter("bias_hh" + place, {columns});
    }
  }
}

void Recurrent::add_parameter(const std::string& name, const Shape& shape) {
  parameters_.push_back(std::make_unique<Parameter>(init::fan_in_uniform(shape, options_.hidden)));
  put(name, *parameters_.back());
}

std::vector<RnnWeights<Tensor>> Recurrent::weights() const {
  std::vector<RnnWeights<Tensor>> all;
  for (size_t i = 0; i < parameters_.size(); i += options_.bias ? 4 : 2) {
    all.push_back({*parameters_[i], *parameters_[i + 1], {}, {}});
    if (options_.bias) all.back().bias_ih = *parameters_[i + 2], all.back().bias_hh = *parameters_[i + 3];
  }
  return all;
}

void Recurrent::check_input(const Tensor& x) const {
  const int64_t in = options_.in;
  TENON_CHECK(x.defined(), ValueError, "the input is not defined");
  TENON_CHECK(x.ndim() == 3 && x.size(2) == in, ShapeError, "expected an input [",
              options_.batch_first ? "batch, steps, " : "steps, batch, ", in, "], got ", x.shape());
}

RnnOptions Recurrent::run_options() const {
  return {.bidirectional = options_.bidirectional,
          .batch_first = options_.batch_first,
          .dropout = training() ? options_.dropout : 0};
}

std::string Recurrent::description() const { return describe(options_); }

LstmResult<Tensor> LSTM::operator()(const Tensor& x, const LstmState<Tensor>& state) {
  return within([&] {
    check_input(x);
    return lstm(x, weights(), state, run_options());
  });
}
Tensor LSTM::forward(const Tensor& x) {
  check_input(x);
  return lstm(x, weights(), {}, run_options()).output;
}

GruResult<Tensor> GRU::operator()(const Tensor& x, const Tensor& h) {
  return within([&] {
    check_input(x);
    return gru(x, weights(), h, run_options());
  });
}
Tensor GRU::forward(const Tensor& x) {
  check_input(x);
  return gru(x, weights(), {}, run_options()).output;
}

}  // namespace tenon::inline v0::nn
