#include "tenon/nn/module.h"

#include <memory>

#include <gtest/gtest.h>

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/nn/activation.h"
#include "tenon/nn/containers.h"
#include "tenon/nn/conv.h"
#include "tenon/nn/dropout.h"
#include "tenon/nn/flatten.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/norm.h"
#include "tenon/nn/pool.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

std::string keys(const nn::Module& module) {
  std::string all;
  for (const auto& [name, tensor] : module.named_parameters()) all += name + " ";
  for (const auto& [name, tensor] : module.named_buffers()) all += "(" + name + ") ";
  return all;
}

template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

struct Mlp : nn::Layer {
  explicit Mlp(int64_t width)
      : up(part("up", nn::Linear(width, 2 * width))), down(part("down", nn::Linear(2 * width, width))) {}
  nn::Linear up, down;
  Tensor forward(const Tensor& x) override { return down(relu(up(x))); }
};

struct GptBlock : nn::Layer {
  explicit GptBlock(int64_t width) : norm(part("norm", nn::LayerNorm(width))), mlp(part("mlp", Mlp(width))) {}
  nn::LayerNorm norm;
  Mlp mlp;
  Tensor forward(const Tensor& x) override { return x + mlp(norm(x)); }
};

struct Gpt : nn::Layer {
  nn::List<GptBlock> blocks = part("blocks", nn::List<GptBlock>());
  nn::Linear head = part("head", nn::Linear({.in = 4, .out = 4, .bias = false}));
  explicit Gpt(int layers) {
    for (int i = 0; i < layers; ++i) blocks.emplace(4);
  }
  Tensor forward(const Tensor& x) override {
    Tensor y = x;
    for (GptBlock& block : blocks) y = block(y);
    return head(y);
  }
};

struct ResBlock : nn::Layer {
  nn::Conv2d conv;
  nn::BatchNorm2d norm;
  nn::Optional<nn::Sequential> downsample;
  ResBlock(int64_t in, int64_t out)
      : conv(part("conv", nn::Conv2d({.in = in, .out = out, .kernel = 3, .padding = 1}))),
        norm(part("norm", nn::BatchNorm2d(out))),
        downsample(part("downsample", in == out ? nn::Optional<nn::Sequential>()
                                                : nn::Optional<nn::Sequential>(nn::Sequential(
                                                      nn::Conv2d({.in = in, .out = out, .kernel = 1}))))) {}
  Tensor forward(const Tensor& x) override {
    const Tensor shortcut = downsample ? downsample(x) : x;
    return relu(norm(conv(x)) + shortcut);
  }
};

struct EncoderDecoder : nn::Callable<EncoderDecoder> {
  nn::Linear encoder = part("encoder", nn::Linear(3, 4));
  nn::Linear decoder = part("decoder", nn::Linear(5, 4));
  Tensor forward(const Tensor& source, const Tensor& target) { return encoder(source) + decoder(target); }
};

TEST(Module, NamesItsPartsOnce) {
  EXPECT_EQ(keys(Mlp(2)), "up.weight up.bias down.weight down.bias ");
  EXPECT_EQ(keys(Gpt(2)),
            "blocks.0.norm.weight blocks.0.norm.bias blocks.0.mlp.up.weight blocks.0.mlp.up.bias "
            "blocks.0.mlp.down.weight blocks.0.mlp.down.bias blocks.1.norm.weight blocks.1.norm.bias "
            "blocks.1.mlp.up.weight blocks.1.mlp.up.bias blocks.1.mlp.down.weight blocks.1.mlp.down.bias head.weight ");
  EXPECT_EQ(keys(ResBlock(2, 2)),
            "conv.weight conv.bias norm.weight norm.bias (norm.running_mean) (norm.running_var) "
            "(norm.num_batches_tracked) ");
  EXPECT_EQ(keys(ResBlock(2, 4)),
            "conv.weight conv.bias norm.weight norm.bias downsample.0.weight downsample.0.bias (norm.running_mean) "
            "(norm.running_var) (norm.num_batches_tracked) ");
}

TEST(Module, BlocksTrainForwardAndBackward) {
  Gpt gpt(3);
  sum(gpt(ones({2, 4}))).backward();
  for (const auto& [name, p] : gpt.named_parameters()) EXPECT_TRUE(p.grad().defined()) << name;
  ResBlock block(2, 4);
  sum(block(ones({1, 2, 5, 5}))).backward();
  EXPECT_TRUE((*block.downsample)[0].parameters()[0].grad().defined());
  EncoderDecoder both;
  EXPECT_EQ(both(ones({2, 3}), ones({2, 5})).shape(), Shape({2, 4}));
}

TEST(Module, SurvivesMoves) {
  const std::string expected = keys(Gpt(2));
  Gpt a(2), b = std::move(a);
  EXPECT_EQ(keys(b), expected);
  EXPECT_EQ(keys(a), "");
  auto heap = std::make_unique<Gpt>(std::move(b));
  EXPECT_EQ(keys(*heap), expected);
  std::vector<Gpt> many;
  for (int i = 0; i < 5; ++i) many.push_back(Gpt(2));
  for (Gpt& gpt : many) {
    EXPECT_EQ(keys(gpt), expected);
    EXPECT_EQ(gpt(ones({1, 4})).shape(), Shape({1, 4}));
  }
  EXPECT_EQ(&many[0].named_parameters()[0].second.array() != nullptr, true);
}

TEST(Module, ErrorsNameThePath) {
  struct Net : nn::Layer {
    nn::Sequential features =
        part("features", nn::Sequential(nn::Conv2d({.in = 1, .out = 2, .kernel = 3}), nn::ReLU()));
    Tensor forward(const Tensor& x) override { return features(x); }
  } net;
  EXPECT_EQ(error_of([&] {
              net(zeros({64, 3, 28, 28}));
            }),
            "Net.features.0: expected 1 input channel, got 3 (input [64, 3, 28, 28])");
  Gpt gpt(2);
  EXPECT_EQ(error_of([&] { gpt(ones({2, 5})); }), "Gpt.blocks.0.norm: expected an input that ends in [4], got [2, 5]");
  EncoderDecoder both;
  EXPECT_EQ(error_of([&] {
              both(ones({2, 3}), ones({2, 6}));
            }),
            "EncoderDecoder.decoder: expected 5 input features, got 6 (input [2, 6])");
  EXPECT_EQ(error_of([&] {
              nn::Linear(3, 4)(ones({2, 5}));
            }),
            "Linear: expected 3 input features, got 5 (input [2, 5])");
  // Outside of every module there is no path.
  EXPECT_EQ(error_of([] { ones({2}) + ones({3}); }), "add: shapes do not broadcast: a is [2], b is [3]");
}

TEST(Module, TiedWeightsAreOneTensor) {
  struct Tied : nn::Layer {
    nn::Linear in = part("in", nn::Linear(3, 3)), out = part("out", nn::Linear(3, 3));
    Tied() { nn::tie(out.weight, in.weight); }
    Tensor forward(const Tensor& x) override { return out(in(x)); }
  } net;
  EXPECT_EQ(keys(net), "in.weight in.bias out.weight out.bias ");
  EXPECT_EQ(net.parameters().size(), 3u);
  EXPECT_EQ(net.parameter_count(), 9 + 3 + 3);
  Tied moved = std::move(net);
  moved.to(float64);
  EXPECT_EQ(moved.in.weight.array().data(), moved.out.weight.array().data());
  EXPECT_EQ(moved(ones({1, 3}, float64)).dtype(), float64);
}

TEST(Module, SharedModulesHaveSeveralNames) {
  struct Twin : nn::Layer {
    nn::Shared<nn::Linear> left = part("left", nn::Shared(nn::Linear(2, 2)));
    nn::Shared<nn::Linear> right = part("right", nn::Shared(left));
    Tensor forward(const Tensor& x) override {
      const Tensor first = left(x);
      return first + right(x);
    }
  } twin;
  EXPECT_EQ(keys(twin), "left.weight left.bias right.weight right.bias ");
  EXPECT_EQ(twin.parameters().size(), 2u);
  EXPECT_EQ(error_of([&] { twin(ones({1, 3})); }), "Twin.left: expected 2 input features, got 3 (input [1, 3])");
}

TEST(Module, StateTravels) {
  Gpt from(2), to(2);
  EXPECT_TRUE(to.load_state(from.state()).empty());
  EXPECT_EQ(values(from(ones({1, 4})).array()), values(to(ones({1, 4})).array()));
  StateDict state = from.state();
  state[0].first = "old.name";
  state[1].second = ones({7});
  const std::vector<double> before = values(to.head.weight.array());
  EXPECT_EQ(error_of([&] { to.load_state(state); }),
            "load_state: the state does not fit Gpt:\n  missing:\n    blocks.0.norm.weight\n  unexpected:\n    "
            "old.name\n  of another shape:\n    blocks.0.norm.bias: [7], not [4]");
  EXPECT_EQ(values(to.head.weight.array()), before);
  EXPECT_EQ(to.load_state(state, false).missing.size(), 1u);
}

TEST(Module, SwitchesModeAndPrintsItsTree) {
  ResBlock block(2, 4);
  block.eval();
  EXPECT_FALSE(block.norm.training());
  EXPECT_FALSE(block.downsample->training());
  block.train();
  EXPECT_TRUE(block.norm.training());
  EXPECT_EQ(to_string(block),
            "ResBlock(\n"
            "  (conv): Conv2d(in=2, out=4, kernel=3, padding=1)\n"
            "  (norm): BatchNorm2d(channels=4)\n"
            "  (downsample): Sequential(\n"
            "    (0): Conv2d(in=2, out=4, kernel=1)\n"
            "  )\n"
            ")");
}

TEST(Module, NamesItsModulesOuterBeforeInner) {
  std::string names;
  const ResBlock block(2, 4);
  for (const auto& [name, module] : block.named_modules()) names += name + ":" + module->kind() + " ";
  EXPECT_EQ(names, ":ResBlock conv:Conv2d norm:BatchNorm2d downsample:Sequential downsample.0:Conv2d ");
  EXPECT_EQ(block.named_modules()[0].second, &block);
}

TEST(Module, RefusesAStateThatNamesAValueTwice) {
  nn::Linear linear({.in = 1, .out = 1, .bias = false});
  EXPECT_EQ(error_of([&] {
              linear.load_state({{"weight", ones({1, 1})}, {"weight", zeros({1, 1})}});
            }),
            "load_state: the state has weight twice");
}

TEST(Module, EvaluationModeIsGivenBack) {
  ResBlock block(2, 4);
  struct Net : nn::Layer {
    nn::Optional<nn::Dropout> dropout = part("dropout", nn::Optional<nn::Dropout>(nn::Dropout(0.5)));
    nn::Linear linear = part("linear", nn::Linear(2, 2));
    Tensor forward(const Tensor& x) override { return linear(dropout(x)); }
  } net;
  net.dropout->eval();
  {
    const nn::EvaluationMode mode(net);
    EXPECT_FALSE(net.training());
    EXPECT_FALSE(net.linear.training());
  }
  EXPECT_TRUE(net.training());
  EXPECT_TRUE(net.linear.training());
  EXPECT_FALSE(net.dropout->training());
}

TEST(Module, MovesGradientsWithItsParameters) {
  nn::Linear linear(3, 2);
  sum(linear(ones({1, 3}))).backward();
  const Tensor weight = linear.weight;
  linear.to(float64);
  EXPECT_EQ(weight.grad().dtype(), float64);
  EXPECT_EQ(values(weight.grad().array()), std::vector<double>(6, 1));
  linear.to(fake());
  EXPECT_EQ(weight.device(), fake());
  EXPECT_EQ(weight.grad().device(), fake());
  // The next backward pass adds to what there is.
  sum(linear(ones({1, 3}, float64, fake()))).backward();
  EXPECT_EQ(values(weight.grad().array()), std::vector<double>(6, 2));
}

TEST(Module, ComputesOnAnotherDeviceWhatItComputesHere) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "oneDNN's convolution hangs in guarded memory there";
#endif
  const auto net = [] {
    return nn::Sequential(nn::Conv2d({.in = 1, .out = 4, .kernel = 3}), nn::BatchNorm2d(4), nn::ReLU(),
                          nn::AvgPool2d(2), nn::Flatten(), nn::Linear(16, 3));
  };
  nn::Sequential here = net(), there = net();
  there.load_state(here.state());
  there.to(fake());
  for (const auto& [name, array] : there.state()) EXPECT_EQ(array.device(), fake()) << name;
  const Array x = randn({5, 1, 6, 6});
  const Tensor y = here(x), z = there(x.to(fake()));
  EXPECT_EQ(values(y.array()), values(z.array()));
  sum(y * y).backward();
  sum(z * z).backward();
  const auto a = here.named_parameters(), b = there.named_parameters();
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(values(a[i].second.grad().array()), values(b[i].second.grad().array())) << a[i].first;
  }
  there.to(cpu);
  const StateDict before = here.state(), after = there.state();
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(values(before[i].second), values(after[i].second)) << before[i].first;
  }
}

TEST(Module, RefusesNamesThatAreNone) {
  struct Bad : nn::Module {
    explicit Bad(const std::string& name) { [[maybe_unused]] auto p = part(name, nn::Parameter(ones({1}))); }
  };
  EXPECT_EQ(error_of([] { Bad(""); }), "part: \"\" is not a name: it is empty or has a dot");
  EXPECT_EQ(error_of([] { Bad("a.b"); }), "part: \"a.b\" is not a name: it is empty or has a dot");
  struct Twice : nn::Module {
    nn::Parameter a = part("a", nn::Parameter(ones({1}))), b = part("a", nn::Parameter(ones({1})));
  };
  EXPECT_EQ(error_of([] { Twice(); }), "part: there is already a part a");
}

TEST(Sequential, FusesAnActivationWithoutANameOrValueChanging) {
  nn::Sequential net(nn::Linear(3, 4), nn::ReLU(), nn::Linear(4, 2), nn::Sigmoid());
  EXPECT_EQ(keys(net), "0.weight 0.bias 2.weight 2.bias ");
  const Array x = array<float>({1, -2, 3, 0.5, -1, 2}).reshape({2, 3});
  Tensor y = x;
  for (size_t i = 0; i < net.size(); ++i) y = net[i](y);
  const Tensor fused = net(x);
  const std::vector<double> a = values(fused.array()), b = values(y.array());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-6);
  sum(fused).backward();
  const Array gradient = net.parameters()[0].grad().array().clone();
  net.zero_grad();
  sum(y).backward();
  const std::vector<double> g = values(gradient), h = values(net.parameters()[0].grad().array());
  for (size_t i = 0; i < g.size(); ++i) EXPECT_NEAR(g[i], h[i], 1e-6);
  EXPECT_EQ(error_of([&] { net(ones({1, 4})); }), "Sequential.0: expected 3 input features, got 4 (input [1, 4])");
}

}  // namespace tenon::testing
