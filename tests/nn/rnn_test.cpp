// LSTM and GRU as modules: beside PyTorch's, with a state, in a config.
#include "tenon/nn/rnn.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/autograd/autograd.h"
#include "tenon/nn/layers.h"
#include "tenon/tests/nn/pytorch_rnn.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

constexpr int64_t steps = 5, batch = 2, features = 3, hidden = 4, layers = 2;

/// sin(phase + 0.7 i) / 2 for the i-th element.
Array waves(const Shape& shape, double phase) {
  std::vector<double> x(static_cast<size_t>(shape.numel()));
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(phase + 0.7 * static_cast<double>(i)) / 2;
  return from_values(shape, x);
}

void expect_near(const Array& got, const std::vector<double>& expected) {
  const std::vector<double> all = values(got);
  ASSERT_EQ(all.size(), expected.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(all[i], expected[i], 1e-11 * (1 + std::abs(expected[i]))) << i;
}

const nn::RecurrentOptions options{
    .in = features, .hidden = hidden, .layers = layers, .batch_first = true, .bidirectional = true};

/// The module as the fixtures' program fills PyTorch's.
template <class Module>
Module filled(const std::vector<std::string>& keys) {
  Module module(options);
  module.to(float64);
  std::vector<std::string> names;
  double phase = 0;
  for (const auto& [name, parameter] : module.named_parameters()) {
    names.push_back(name);
    copy_(parameter.array(), waves(parameter.shape(), phase++));
  }
  EXPECT_EQ(names, keys);
  return module;
}

void expect_gradients(const nn::Module& module, const Tensor& x, const Tensor& everything,
                      const std::vector<double>& dx, const std::vector<double>& dweights) {
  sum(square(everything)).backward();
  expect_near(x.grad().array(), dx);
  std::vector<double> sums;
  for (const Tensor& parameter : module.parameters()) sums.push_back(sum(parameter.grad().array()).item<double>());
  expect_near(from_values({static_cast<int64_t>(sums.size())}, sums), dweights);
}

Tensor input() { return Tensor(waves({batch, steps, features}, 50)).requires_grad(true); }
Tensor state(double phase) { return waves({2 * layers, batch, hidden}, phase); }

}  // namespace

TEST(LSTM, IsPyTorchs) {
  auto module = filled<nn::LSTM>(pytorch_lstm_keys);
  const Tensor x = input();
  const auto [output, h, c] = module(x, {state(60), state(70)});
  EXPECT_EQ(output.shape(), Shape({batch, steps, 2 * hidden}));
  const Tensor everything = cat({flatten(output), flatten(h), flatten(c)});
  expect_near(everything.array(), pytorch_lstm);
  expect_gradients(module, x, everything, pytorch_lstm_dx, pytorch_lstm_dweights);
}

TEST(GRU, IsPyTorchs) {
  auto module = filled<nn::GRU>(pytorch_gru_keys);
  const Tensor x = input();
  const auto [output, h] = module(x, state(60));
  const Tensor everything = cat({flatten(output), flatten(h)});
  expect_near(everything.array(), pytorch_gru);
  expect_gradients(module, x, everything, pytorch_gru_dx, pytorch_gru_dweights);
}

TEST(LSTM, GoesOnFromAState) {
  nn::LSTM module(features, hidden);
  module.to(float64);
  const Tensor x = waves({steps, batch, features}, 1);
  const auto whole = module(x, {});
  const auto first = module(slice(x, 0, 0, 2), {});
  const auto second = module(slice(x, 0, 2, steps), {first.h, first.c});
  expect_near(cat({first.output.array(), second.output.array()}), values(whole.output.array()));
  expect_near(second.h.array(), values(whole.h.array()));
  expect_near(second.c.array(), values(whole.c.array()));
  expect_near(module(x).array(), values(whole.output.array()));
}

TEST(LSTM, BeginsAsPyTorchDoes) {
  const nn::LSTM module({.in = 100, .hidden = 64});
  for (const auto& [name, parameter] : module.named_parameters()) {
    double most = 0;
    for (double v : values(parameter.array())) most = std::max(most, std::abs(v));
    EXPECT_LE(most, 0.125) << name;
    EXPECT_GT(most, 0.12) << name;
  }
}

TEST(GRU, DropoutIsBetweenLayersAndInTrainingOnly) {
  nn::GRU module({.in = features, .hidden = 50, .layers = 2, .dropout = 1});
  nn::GRU plain({.in = features, .hidden = 50, .layers = 2});
  plain.load_state(module.state());
  const Tensor x = waves({steps, batch, features}, 1).to(float32);
  // Nothing of the first layer arrives: the input does not matter.
  EXPECT_EQ(values(module(x).array()), values(module(x * 2).array()));
  EXPECT_NE(values(plain(x).array()), values(plain(x * 2).array()));
  module.eval();
  EXPECT_EQ(values(module(x).array()), values(plain(x).array()));
}

TEST(Recurrent, SharesAStateWithoutCountingItTwice) {
  // One tensor as h and as c: its gradient is that of both places, also where it is differentiated in turn.
  nn::LSTM module(features, hidden);
  module.to(float64);
  const Tensor x = waves({steps, batch, features}, 1);
  const auto result = [&](const std::vector<Tensor>& s) { return module(x, {s[0], s[0]}).output; };
  const std::vector<Tensor> shared{Tensor(waves({1, batch, hidden}, 2)).requires_grad(true)};
  EXPECT_EQ(gradcheck(result, shared), "");
  EXPECT_EQ(gradgradcheck(result, shared), "");
}

TEST(Recurrent, GraphMayBeWalkedTwice) {
  nn::GRU module(features, hidden);
  const Tensor x = Tensor(waves({steps, batch, features}, 1).to(float32)).requires_grad(true);
  const Tensor loss = sum(square(module(x)));
  loss.backward({.retain_graph = true});
  const std::vector<double> once = values(x.grad().array());
  loss.backward();
  std::vector<double> twice = values(x.grad().array());
  for (double& v : twice) v /= 2;
  EXPECT_EQ(twice, once);
}

TEST(Recurrent, SaysWhatItIsAndWhatItRefuses) {
  EXPECT_EQ(to_string(nn::LSTM({.in = 3, .hidden = 4, .layers = 2, .dropout = 0.5})),
            "LSTM(in=3, hidden=4, layers=2, dropout=0.5)");
  nn::GRU module({.in = 3, .hidden = 4, .batch_first = true});
  expect_error<ShapeError>(
      [&] {
        module(Tensor(zeros({2, 5, 4})));
      },
      "GRU: expected an input [batch, steps, 3], got [2, 5, 4]");
  expect_error<ValueError>([&] { module(Tensor(), Tensor()); }, "GRU: the input is not defined");
  expect_error<ShapeError>(
      [&] {
        module(Tensor(zeros({2, 5, 3})), Tensor(zeros({1, 5, 4})));
      },
      "GRU: gru: expected a state h [1, 2, 4], got [1, 5, 4]");
  expect_error<ValueError>([] { nn::LSTM({.in = 3, .hidden = 4, .dropout = -1}); },
                           "LSTM: dropout must lie in [0, 1], got -1");
  expect_error<ValueError>([] { nn::LSTM(3, 0); }, "LSTM: hidden must be positive, got 0");
}

TEST(Recurrent, AllLayersHaveAStateOfOneSize) {
  const auto weights = [](int64_t in, int64_t size) {
    return RnnWeights<Array>{zeros({4 * size, in}), zeros({4 * size, size}), {}, {}};
  };
  expect_error<ShapeError>(
      [&] {
        lstm(zeros({5, 2, 3}), {weights(3, 1), weights(1, 4)}, {zeros({2, 2, 1}), {}});
      },
      "lstm: layers and directions differ: weight_hh is [4, 1] and [16, 4]");
}

TEST(Recurrent, WithoutBiasThereIsNone) {
  nn::LSTM module({.in = 3, .hidden = 4, .bias = false});
  EXPECT_EQ(module.parameters().size(), 2u);
  EXPECT_EQ(module(Tensor(zeros({5, 2, 3}))).shape(), Shape({5, 2, 4}));
}

TEST(Recurrent, AConfigMakesIt) {
  for (const char* name : {"LSTM", "GRU"}) {
    ConfigValue config = to_config(options);
    config.keys.push_back({"type", {}});
    config.items.push_back(to_config(std::string(name)));
    EXPECT_EQ(to_string(*nn::layers().make(ConfigReader(config))),
              std::string(name) + "(in=3, hidden=4, layers=2, batch_first=true, bidirectional=true)");
  }
}

}  // namespace tenon::testing
