#include "tenon/nn/containers.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/nn/activation.h"
#include "tenon/nn/conv.h"
#include "tenon/nn/dropout.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/pool.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

using Names = std::vector<std::string>;

Names keys(const nn::Module& module) {
  Names all;
  for (const auto& [name, tensor] : module.named_parameters()) all.push_back(name);
  return all;
}

/// A linear layer whose forward is not that of its kernel.
struct Scaled : nn::Linear {
  using nn::Linear::Linear;
  Tensor forward(const Tensor& x) override { return nn::Linear::forward(x) * 100.0; }
};
struct ScaledConv : nn::Conv2d {
  using nn::Conv2d::Conv2d;
  Tensor forward(const Tensor& x) override { return nn::Conv2d::forward(x) * 100.0; }
};
struct Negative : nn::ReLU {
  Tensor forward(const Tensor& x) override { return nn::ReLU::forward(x * -1.0); }
};

/// The same value whether layers run together or one by one.
void expect_one_by_one(nn::Sequential& net, const Array& x) {
  Tensor y = x;
  for (size_t i = 0; i < net.size(); ++i) y = net[i](y);
  EXPECT_EQ(values(net(x).array()), values(y.array()));
}

struct Pairwise : nn::Callable<Pairwise> {
  nn::Linear first = part("first", nn::Linear(2, 3));
  nn::Linear second = part("second", nn::Linear(4, 3));
  Tensor forward(const Tensor& a, const Tensor& b) { return first(a) + second(b); }
};

}  // namespace

TEST(Sequential, FusesNothingPastAForwardOfItsOwn) {
  nn::Sequential scaled(Scaled(2, 3), nn::ReLU());
  expect_one_by_one(scaled, ones({1, 2}));
  nn::Sequential conv(ScaledConv({.in = 1, .out = 2, .kernel = 1}), nn::ReLU());
  expect_one_by_one(conv, ones({1, 1, 2, 2}));
  nn::Sequential negative(nn::Linear(2, 3), Negative());
  expect_one_by_one(negative, ones({1, 2}));
}

TEST(Sequential, TakesAnActivationBehindAPooling) {
  struct Upward : nn::MaxPool2d {
    using nn::MaxPool2d::MaxPool2d;
    Tensor forward(const Tensor& x) override { return nn::MaxPool2d::forward(x + 1.0); }
  };
  const auto check = [](nn::Sequential net) {
    const Tensor x = Tensor(randn({2, 3, 6, 5}) - 0.5f).requires_grad(true);
    Tensor y = x;
    for (size_t i = 0; i < net.size(); ++i) y = net[i](y);
    const Tensor together = net(x), weights = randn(y.shape());
    EXPECT_EQ(values(together.array()), values(y.array()));
    EXPECT_EQ(values(grad(sum(together * weights), x).array()), values(grad(sum(y * weights), x).array()));
  };
  using nn::MaxPool2d, nn::ReLU, nn::Sequential;
  check(Sequential(ReLU(), MaxPool2d(2)));
  check(Sequential(nn::Conv2d({.in = 3, .out = 4, .kernel = 3}), ReLU(), MaxPool2d({.kernel = 3, .padding = 1})));
  check(Sequential(MaxPool2d({.kernel = 3, .stride = 2, .ceil_mode = true}), ReLU(), MaxPool2d(2), ReLU()));
  check(Sequential(ReLU(), Upward(2)));
  check(Sequential(Negative(), MaxPool2d(2)));
  check(Sequential(nn::GELU(), MaxPool2d(2)));
  // A window of nothing but padding.
  nn::Sequential holes(nn::ReLU(), nn::MaxPool2d({.kernel = 2, .padding = 1, .dilation = 2}));
  expect_one_by_one(holes, ones({1, 1, 1, 1}));
}

TEST(Sequential, HoldsSequentials) {
  nn::Sequential outer;
  outer.push(nn::Sequential(nn::Linear(2, 2)));
  EXPECT_EQ(keys(outer), (Names{"0.0.weight", "0.0.bias"}));
  const nn::Sequential two(nn::Sequential(nn::Linear(2, 2)), nn::ReLU());
  EXPECT_EQ(keys(two), (Names{"0.0.weight", "0.0.bias"}));
  expect_error<ValueError>([&] { outer.push(std::unique_ptr<nn::Layer>()); }, "Sequential: the layer is null");
  expect_error<IndexError>([&] { outer[1]; }, "Sequential: there is no layer 1 of 1");
}

TEST(List, IsBeyondItsEnd) {
  nn::List<nn::Linear> list;
  list.emplace(2, 3);
  EXPECT_EQ(keys(list), (Names{"0.weight", "0.bias"}));
  EXPECT_EQ(list[0].weight.shape(), Shape({3, 2}));
  expect_error<IndexError>([&] { list[1]; }, "List: there is no module 1 of 1");
}

TEST(Dict, HoldsModulesUnderTheirNames) {
  struct Net : nn::Module {
    nn::Dict<nn::Linear> heads = part("heads", nn::Dict<nn::Linear>());
  } net;
  net.heads.emplace("age", 4, 1);
  net.heads.emplace("kind", nn::LinearOptions{.in = 4, .out = 3, .bias = false});
  EXPECT_EQ(keys(net), (Names{"heads.age.weight", "heads.age.bias", "heads.kind.weight"}));
  EXPECT_EQ(net.heads.size(), 2u);
  EXPECT_EQ(net.heads["kind"](ones({2, 4})).shape(), Shape({2, 3}));
  EXPECT_EQ(net.heads.find("name"), nullptr);
  expect_error<ValueError>([&] { net.heads["name"]; }, "Dict: there is no module name");
  expect_error<ValueError>([&] { net.heads.emplace("age", 1, 1); }, "part: there is already a part age");
  EXPECT_EQ(net.heads.size(), 2u);
  const auto moved = std::move(net);
  EXPECT_EQ(keys(moved).size(), 3u);
}

TEST(Optional, SaysThatItIsEmpty) {
  struct Net : nn::Module {
    nn::Optional<nn::Linear> side = part("side", nn::Optional<nn::Linear>());
  } net;
  EXPECT_FALSE(net.side);
  const std::string expected = "side: there is no module; ask before with `if (side)`";
  expect_error<ValueError>([&] { net.side.forward(ones({1, 2})); }, expected);
  expect_error<ValueError>([&] { *net.side; }, expected);
  expect_error<ValueError>([&] { net.side->weight.shape(); }, expected);
  EXPECT_TRUE(keys(net).empty());
}

TEST(Optional, TakesModulesWithAnyForward) {
  struct Net : nn::Module {
    nn::Optional<Pairwise> both = part("both", nn::Optional<Pairwise>(Pairwise()));
  } net;
  EXPECT_EQ(keys(net).front(), "both.first.weight");
  EXPECT_EQ(net.both(ones({1, 2}), ones({1, 4})).shape(), Shape({1, 3}));
  expect_error<ShapeError>(
      [&] {
        net.both(ones({1, 3}), ones({1, 4}));
      },
      "Net.both.first: expected 2 input features, got 3 (input [1, 3])");
}

TEST(Holder, SwitchesWhatItHoldsOnce) {
  struct Counts : nn::Layer {
    int* calls;
    explicit Counts(int* c) : calls(c) {}
    void train(bool on = true) override {
      ++*calls;
      nn::Layer::train(on);
    }
    Tensor forward(const Tensor& x) override { return x; }
  };
  struct Box : nn::Layer {
    Counts counts;
    explicit Box(int* calls) : counts(part("counts", Counts(calls))) {}
    Tensor forward(const Tensor& x) override { return counts(x); }
  };
  using Inner = nn::Optional<Box>;
  using Middle = nn::Optional<Inner>;
  int calls = 0;
  nn::Optional<Middle> outer{Middle(Inner(Box(&calls)))};
  outer.eval();
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE((***outer).counts.training());
}

}  // namespace tenon::testing
