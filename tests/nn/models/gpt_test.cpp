#include "tenon/nn/models/gpt.h"

#include <cmath>

#include "tenon/autograd/grad_mode.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/loss.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"
#include "tenon/nn/layers.h"
#include "tenon/nn/models/generate.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

const nn::GPTOptions small{.vocabulary = 7, .width = 16, .layers = 2, .heads = 4, .context = 12};

/// 0 1 2 3 4 0 1 2 ...: [n, t] and what comes behind each.
struct Counting {
  Array input, next;
  Counting(int64_t n, int64_t t) {
    std::vector<int64_t> a, b;
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < t; ++j) {
        a.push_back((i + j) % 5);
        b.push_back((i + j + 1) % 5);
      }
    }
    input = array(std::move(a)).reshape({n, t});
    next = array(std::move(b)).reshape({n, t});
  }
};

/// Goes down the gradient of it and returns the last loss.
double learn(nn::GPT& model, int steps) {
  const Counting text(5, 12);
  double last = 0;
  for (int i = 0; i < steps; ++i) {
    model.zero_grad();
    const Tensor loss = cross_entropy(model(text.input).flatten(0, 1), text.next.flatten(0, 1));
    loss.backward();
    const NoGrad no_grad;
    for (const Tensor& p : model.parameters()) sub_(p, p.grad() * 0.5);
    last = loss.item<double>();
  }
  return last;
}

TEST(GPT, ShapesAndNames) {
  nn::GPT model(small);
  EXPECT_EQ(model(randint(0, 7, {3, 12})).shape(), Shape({3, 12, 7}));
  EXPECT_EQ(model(randint(0, 7, {1, 1})).shape(), Shape({1, 1, 7}));
  // Tables; a block: two norms, attention, two layers; the last norm; the head.
  const int64_t block = 2 * 2 * 16 + 4 * (16 * 16 + 16) + (16 * 64 + 64) + (64 * 16 + 16);
  EXPECT_EQ(model.parameter_count(), (7 + 12) * 16 + 2 * block + 2 * 16 + 7 * 16 + 7);
  std::vector<std::string> names;
  for (const auto& [name, p] : model.named_parameters()) names.push_back(name);
  for (const char* name : {"tokens.weight", "positions.weight", "blocks.0.norm1.weight", "blocks.1.norm2.bias",
                           "blocks.1.expand.weight", "blocks.0.shrink.bias", "norm.weight", "head.bias"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

TEST(GPT, KnowsNothingBeforeItLearns) {
  nn::GPT model(small);
  const Counting text(5, 12);
  const double loss = cross_entropy(model(text.input).flatten(0, 1), text.next.flatten(0, 1)).item<double>();
  EXPECT_NEAR(loss, std::log(7.0), 0.1);
}

TEST(GPT, ALaterTokenChangesNoEarlierScore) {
  manual_seed(3);
  nn::GPT model(small);
  const Array x = randint(0, 6, {2, 10});
  Array changed = x.clone();
  changed.slice(1, 6, 7).copy_(full({2, 1}, 6, int64));
  const Array a = model(x).array(), b = model(changed).array();
  EXPECT_EQ(values(a.slice(1, 0, 6)), values(b.slice(1, 0, 6)));
  for (int64_t place = 6; place < 10; ++place) {
    EXPECT_NE(values(a.slice(1, place, place + 1)), values(b.slice(1, place, place + 1))) << place;
  }
}

TEST(GPT, LearnsARepeatingText) {
  manual_seed(1);
  nn::GPT model(small);
  EXPECT_LT(learn(model, 60), 0.1);
  model.eval();
  // More than the model sees at once.
  const std::vector<int64_t> next = nn::generate(model, {2}, {.length = 20, .temperature = 0, .context = 12});
  ASSERT_EQ(next.size(), 20u);
  for (size_t i = 0; i < next.size(); ++i) EXPECT_EQ(next[i], static_cast<int64_t>((3 + i) % 5)) << i;
}

TEST(GPT, ASecondRunHasTheSameBits) {
  const auto run = [] {
    manual_seed(5);
    nn::GPT model({.vocabulary = 7, .width = 16, .layers = 2, .heads = 4, .context = 12, .dropout = 0.2});
    learn(model, 5);
    std::vector<std::vector<double>> all;
    for (const Tensor& p : model.parameters()) all.push_back(values(p.array()));
    return all;
  };
  EXPECT_EQ(run(), run());
}

TEST(GPT, DropoutIsForTraining) {
  nn::GPT model({.vocabulary = 7, .width = 16, .heads = 2, .dropout = 0.5});
  const Array x = randint(0, 7, {1, 8});
  EXPECT_NE(values(model(x).array()), values(model(x).array()));
  model.eval();
  EXPECT_EQ(values(model(x).array()), values(model(x).array()));
}

TEST(GPT, SaysWhatIsWrong) {
  nn::GPT model(small);
  expect_error<ShapeError>(
      [&] {
        model(zeros({2, 13}, int64));
      },
      "GPT: expected at most 12 tokens, got 13 (input [2, 13])");
  expect_error<ShapeError>([&] { model(zeros({5}, int64)); }, "GPT: expected tokens [N, T], got [5]");
  expect_error<IndexError>(
      [&] {
        model(full({1, 2}, 7, int64));
      },
      "GPT.tokens: embedding: index 7 is out of range for axis 0 of size 7");
  expect_error<ValueError>([] { nn::GPT({.vocabulary = 7, .width = 10, .heads = 4}); },
                           "GPT: width must be a multiple of the 4 heads, got 10");
}

TEST(GPT, AConfigCanNameIt) {
  ConfigValue config = ConfigValue::make_map();
  config.add("type", ConfigValue::make_string("GPT"));
  config.add("vocabulary", ConfigValue::make_integer(9));
  const std::unique_ptr<nn::Layer> model = nn::layers().make(ConfigReader(config, "model"));
  EXPECT_EQ((*model)(zeros({1, 2}, int64)).shape(), Shape({1, 2, 9}));
}

/// Scores that do not depend on the text: log of 1, 2, 4, 1.
struct Fixed : nn::Layer {
  Tensor forward(const Tensor& x) override {
    seen.push_back(x.size(1));
    const Array row = array({0.0F, std::log(2.0F), std::log(4.0F), 0.0F});
    return row.expand({1, x.size(1), 4});
  }
  std::vector<int64_t> seen;
};

TEST(Generate, DrawsAsTheScoresSay) {
  Fixed model;
  const auto shares = [&](const nn::GenerateOptions& options) {
    Generator generator(11);
    std::vector<double> share(4);
    for (int64_t token : nn::generate(model, {0}, options, {}, generator)) share[static_cast<size_t>(token)] += 1e-4;
    return share;
  };
  const auto expect_shares = [](const std::vector<double>& got, const std::vector<double>& expected) {
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(got[i], expected[i], 0.02) << i;
  };
  const nn::GenerateOptions many{.length = 10000, .context = 1};
  expect_shares(shares(many), {1 / 8.0, 2 / 8.0, 4 / 8.0, 1 / 8.0});
  nn::GenerateOptions options = many;
  options.temperature = 0.5;
  expect_shares(shares(options), {1 / 22.0, 4 / 22.0, 16 / 22.0, 1 / 22.0});
  options = many;
  options.top_k = 2;
  EXPECT_EQ(shares(options)[0] + shares(options)[3], 0);
  expect_shares(shares(options), {0, 1 / 3.0, 2 / 3.0, 0});
  options.top_k = 100;
  expect_shares(shares(options), shares(many));
  options.temperature = 0;
  EXPECT_NEAR(shares(options)[2], 1, 1e-9);
}

TEST(Generate, ItsTextIsTheGeneratorsAlone) {
  Fixed model;
  const auto text = [&](uint64_t seed) {
    Generator generator(seed);
    return nn::generate(model, {0, 1}, {.length = 50}, {}, generator);
  };
  EXPECT_EQ(text(1), text(1));
  EXPECT_NE(text(1), text(2));
}

TEST(Generate, HandsOutEachToken) {
  Fixed model;
  std::vector<int64_t> got;
  const auto all = nn::generate(model, {3, 3, 3}, {.length = 3, .context = 4}, [&](int64_t t) { got.push_back(t); });
  EXPECT_EQ(got, all);
  EXPECT_EQ(model.seen, (std::vector<int64_t>{3, 4, 4}));
  EXPECT_TRUE(nn::generate(model, {0}, {.length = 0}).empty());
}

TEST(Generate, SaysWhatIsWrong) {
  Fixed model;
  expect_error<ValueError>([&] { nn::generate(model, {}); }, "generate: there is no token to begin with");
  expect_error<ValueError>([&] { nn::generate(model, {0}, {.temperature = -1}); },
                           "generate: temperature must be a number of at least 0, got -1");
  expect_error<ValueError>([&] { nn::generate(model, {0}, {.length = -1}); },
                           "generate: length must not be negative, got -1");
  struct Wrong : nn::Layer {
    Tensor forward(const Tensor& x) override { return x.to(float32); }
  } wrong;
  expect_error<ShapeError>([&] { nn::generate(wrong, {0}); },
                           "generate: expected the model to give scores [1, 1, vocabulary], got [1, 1]");
  struct Nan : nn::Layer {
    Tensor forward(const Tensor& x) override { return full({1, x.size(1), 2}, NAN); }
  } nan;
  expect_error<ValueError>([&] { nn::generate(nan, {0}); }, "generate: the model's scores are not finite");
}

}  // namespace
}  // namespace tenon::testing
