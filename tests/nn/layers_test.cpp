// Layers by value, and what they say of themselves.
#include "tenon/nn/layers.h"

#include <cmath>

#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/random.h"
#include "tenon/nn/nn.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

namespace {

void expect_near(const Array& got, const std::vector<double>& expected, double tolerance = 1e-6) {
  const std::vector<double> all = values(got);
  ASSERT_EQ(all.size(), expected.size());
  for (size_t i = 0; i < all.size(); ++i) EXPECT_NEAR(all[i], expected[i], tolerance) << i;
}

/// The layer's result for these numbers.
template <class L>
Array run(L layer, const Shape& shape, const std::vector<double>& x) {
  return layer(Tensor(from_values(shape, x, float64))).array();
}

std::vector<double> counted(int64_t n) {
  std::vector<double> all;
  for (int64_t i = 0; i < n; ++i) all.push_back(static_cast<double>(i));
  return all;
}

}  // namespace

TEST(Layers, Activations) {
  expect_near(run(nn::ReLU(), {3}, {-2, 0, 1}), {0, 0, 1});
  expect_near(run(nn::Sigmoid(), {2}, {0, 2}), {0.5, 0.8807970779778823}, 1e-9);
  expect_near(run(nn::Tanh(), {2}, {0.5, -1}), {0.46211715726000973, -0.7615941559557649}, 1e-9);
  expect_near(run(nn::GELU(), {2}, {1, -2}), {0.8413447460685429, -0.04550026389635842}, 1e-9);
  expect_near(run(nn::GELU({.tanh = true}), {2}, {1, -2}), {0.8411919906082768, -0.04540230591222494}, 1e-9);
}

TEST(Layers, Embedding) {
  nn::Embedding table(3, 2);
  table.load_state({{"weight", from_values({3, 2}, {0, 1, 10, 11, 20, 21}, float32)}});
  const Tensor y = table(Tensor(from_values({2, 2}, {2, 0, 1, 2}, int64)));
  EXPECT_EQ(y.shape(), Shape({2, 2, 2}));
  EXPECT_EQ(values(y.array()), (std::vector<double>{20, 21, 0, 1, 10, 11, 20, 21}));
  sum(y).backward();
  EXPECT_EQ(values(table.weight.grad().array()), (std::vector<double>{1, 1, 1, 1, 2, 2}));
  expect_error<IndexError>([&] { table(Tensor(from_values({1}, {3}, int64))); },
                           "Embedding: embedding: index 3 is out of range for axis 0 of size 3");
}

TEST(Layers, MultiheadAttentionIsPyTorchs) {
  // What PyTorch 2.13 gives for these weights.
  const auto sines = [](const Shape& shape, double step) {
    return sin(arange(0, shape.numel(), 1, float64) * step).reshape(shape);
  };
  const auto made = [&](bool is_causal) {
    nn::MultiheadAttention layer({.features = 4, .heads = 2, .is_causal = is_causal});
    layer.to(float64);
    layer.load_state({{"in_proj_weight", sines({12, 4}, 0.7)},
                      {"in_proj_bias", sines({12}, 1.3)},
                      {"out_proj.weight", sines({4, 4}, 0.9)},
                      {"out_proj.bias", sines({4}, 2.1)}});
    return layer;
  };
  nn::MultiheadAttention layer = made(false);
  const Tensor x = Tensor(sines({1, 3, 4}, 1.1)).requires_grad(true);
  const Tensor y = layer(x);
  expect_near(y.array(),
              {0.647718054, 1.308873103, -2.318599239, 2.166411110, 0.450111487, 1.608204101, -2.657847856, 2.475528216,
               0.424720242, 1.805844947, -2.986928795, 2.868099574},
              1e-8);
  sum(y * Tensor(sines({1, 3, 4}, 0.3))).backward();
  expect_near(x.grad().array(),
              {0.165921499, 0.120050329, 0.017717613, -0.092947973, -0.463568964, -0.198861171, 0.159374138,
               0.442653300, 0.068171444, 0.470024072, 0.650817034, 0.525520576},
              1e-8);
  expect_near(sum(layer.in_proj_weight.grad(), 1).array(),
              {-0.152326156, 0.037651771, 0.102846321, 0.224076991, -0.147806345, 0.472041110, 0.451212776,
               -0.340776354, 0.357490629, 0.502230477, 0.056728888, -0.529250737},
              1e-8);
  expect_near(layer.in_proj_bias.grad().array(),
              {-0.079724177, 0.216482653, 0.314724335, -0.076638321, 0, 0, 0, 0, -0.888666042, 0.072064535, 0.978258108,
               1.144125448},
              1e-8);
  const std::vector<double> causal = {0.534795671,  1.801013954, -3.088339756, 3.054812832, 0.299858087,  2.011248786,
                                      -3.230461883, 3.099476427, 0.424720242,  1.805844947, -2.986928795, 2.868099574};
  expect_near(made(true)(x).array(), causal, 1e-8);
  const Tensor lower = tril(ones({3, 3}, bool_));
  expect_near(layer(x, x, x, lower).array(), causal, 1e-8);
  const Tensor memory = sines({1, 2, 4}, 1.7);
  expect_near(layer(x, memory, memory).array(),
              {0.223749692, 1.414361821, -2.083826669, 1.639853835, 0.232055308, 1.401178869, -2.068488438, 1.625527411,
               0.190136694, 1.445228941, -2.105574370, 1.647991582},
              1e-8);
  expect_error<ShapeError>(
      [&] {
        layer(Tensor(zeros({3, 5}, float64)));
      },
      "MultiheadAttention: expected an input [..., positions, 4], got [3, 5]");
  expect_error<ValueError>([&] { layer(x, Tensor(), x); }, "MultiheadAttention: the input is not defined");
  expect_error<ValueError>([] { nn::MultiheadAttention(4, 3); },
                           "MultiheadAttention: heads must divide features, got 3 and 4");
}

TEST(Layers, MultiheadAttentionBegins) {
  const nn::MultiheadAttention layer({.features = 64, .heads = 4, .bias = false});
  EXPECT_EQ(layer.named_parameters().size(), 2u);
  const double bound = std::sqrt(6. / (4 * 64)), most = max(abs(layer.in_proj_weight.array())).item<double>();
  EXPECT_LE(most, bound);
  EXPECT_GT(most, 0.99 * bound);
  const nn::MultiheadAttention biased(64, 4);
  EXPECT_EQ(max(abs(biased.out_proj.bias.array())).item<double>(), 0);
  EXPECT_EQ(max(abs(biased.in_proj_bias.array())).item<double>(), 0);
}

TEST(Layers, Pools) {
  const std::vector<double> image = counted(16);
  expect_near(run(nn::MaxPool2d(2), {1, 1, 4, 4}, image), {5, 7, 13, 15});
  // The padding is no candidate: below zero everywhere, the corner is the maximum of its window.
  expect_near(run(nn::MaxPool2d({.kernel = 2, .stride = 2, .padding = 1}), {1, 1, 2, 2}, {-4, -3, -2, -1}),
              {-4, -3, -2, -1});
  EXPECT_EQ(run(nn::MaxPool2d({.kernel = 2, .ceil_mode = true}), {1, 1, 3, 3}, counted(9)).shape(),
            Shape({1, 1, 2, 2}));
  expect_near(run(nn::AvgPool2d(2), {1, 1, 4, 4}, image), {2.5, 4.5, 10.5, 12.5});
  expect_near(run(nn::AvgPool2d({.kernel = {2, 4}, .stride = Pair(1, 1)}), {1, 1, 4, 4}, image), {3.5, 7.5, 11.5});
  expect_near(run(nn::AvgPool2d({.kernel = 2, .padding = 1}), {1, 1, 2, 2}, {4, 8, 12, 16}), {1, 2, 3, 4});
  expect_near(run(nn::AvgPool2d({.kernel = 2, .padding = 1, .count_include_pad = false}), {1, 1, 2, 2}, {4, 8, 12, 16}),
              {4, 8, 12, 16});
  expect_near(run(nn::AdaptiveAvgPool2d(1), {1, 2, 2, 2}, counted(8)), {1.5, 5.5});
  // Rows 0 and 1, 1 and 2; columns 0 to 3.
  expect_near(run(nn::AdaptiveAvgPool2d({.size = {2, 1}}), {1, 1, 3, 4}, counted(12)), {3.5, 7.5});
}

TEST(Layers, Flatten) {
  EXPECT_EQ(run(nn::Flatten(), {2, 3, 4}, counted(24)).shape(), Shape({2, 12}));
  EXPECT_EQ(run(nn::Flatten({.start = 0, .end = 1}), {2, 3, 4}, counted(24)).shape(), Shape({6, 4}));
}

TEST(Layers, DropoutScalesWhatStays) {
  nn::Dropout dropout(0.25);
  const std::vector<double> y = values(dropout(Tensor(ones({10000}))).array());
  int64_t zeros = 0;
  for (double v : y) {
    zeros += v == 0;
    EXPECT_TRUE(v == 0 || std::abs(v - 4.0 / 3) < 1e-6) << v;
  }
  EXPECT_NEAR(static_cast<double>(zeros), 2500, 150);
  dropout.eval();
  EXPECT_EQ(values(dropout(Tensor(ones({4}))).array()), std::vector<double>(4, 1));
  expect_error<ValueError>([] { nn::Dropout(1.5); }, "Dropout: p must lie in [0, 1], got 1.5");
}

TEST(BatchNorm2d, KeepsRunningStatistics) {
  nn::BatchNorm2d norm({.channels = 2, .eps = 0, .momentum = 0.25});
  // Channel 0: 1, 3 (mean 2, biased variance 1, unbiased 2); channel 1: 0, 8 (4, 16, 32).
  const Tensor x = from_values({2, 2, 1, 1}, {1, 0, 3, 8}, float32);
  expect_near(norm(x).array(), {-1, -1, 1, 1});
  expect_near(norm.running_mean.array(), {0.5, 1});
  expect_near(norm.running_var.array(), {1.25, 8.75});
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 1);
  norm(x);
  expect_near(norm.running_mean.array(), {0.875, 1.75});
  expect_near(norm.running_var.array(), {1.4375, 14.5625});
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 2);
  norm.eval();
  norm.load_state({{"weight", from_values({2}, {2, 1}, float32)},
                   {"bias", from_values({2}, {0, 10}, float32)},
                   {"running_mean", from_values({2}, {1, 2}, float32)},
                   {"running_var", from_values({2}, {4, 9}, float32)},
                   {"num_batches_tracked", from_values({}, {7}, int64)}});
  expect_near(norm(x).array(), {0, 10 - 2.0 / 3, 2, 12});
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 7);
}

TEST(BatchNorm2d, WithoutRunningStatisticsTakesTheBatchs) {
  nn::BatchNorm2d norm({.channels = 1, .eps = 0, .affine = false, .track_running_stats = false});
  EXPECT_TRUE(norm.state().empty());
  norm.eval();
  expect_near(norm(Tensor(from_values({2, 1, 1, 1}, {1, 3}, float32))).array(), {-1, 1});
}

TEST(BatchNorm2d, RefusesOneValueAChannel) {
  nn::BatchNorm2d norm(3);
  expect_error<ShapeError>(
      [&] {
        norm(Tensor(ones({1, 3, 1, 1})));
      },
      "BatchNorm2d: one value a channel has no variance: expected a larger batch or image, got "
      "[1, 3, 1, 1]");
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 0);
  // A batch that the operation refuses is not counted either.
  EXPECT_THROW(norm(Tensor(ones({2, 3, 1, 1}, float32, fake()))), DeviceError);
  EXPECT_EQ(norm.num_batches_tracked.item<int64_t>(), 0);
  norm.eval();
  EXPECT_EQ(norm(Tensor(ones({1, 3, 1, 1}))).shape(), Shape({1, 3, 1, 1}));
}

TEST(Layers, SayWhatIsNotTheirDefault) {
  const auto said = [](const nn::Module& layer) { return to_string(layer); };
  EXPECT_EQ(said(nn::Linear(3, 4)), "Linear(in=3, out=4)");
  EXPECT_EQ(said(nn::Linear({.in = 3, .out = 4, .bias = false, .activation = Activation::relu})),
            "Linear(in=3, out=4, bias=false, activation=relu)");
  EXPECT_EQ(said(nn::Conv2d({.in = 2, .out = 4, .kernel = {3, 5}, .stride = 2, .groups = 2})),
            "Conv2d(in=2, out=4, kernel=[3, 5], stride=2, groups=2)");
  EXPECT_EQ(said(nn::GELU()), "GELU()");
  EXPECT_EQ(said(nn::GELU({.tanh = true})), "GELU(tanh=true)");
  EXPECT_EQ(said(nn::BatchNorm2d({.channels = 3, .eps = 0.001, .affine = false})),
            "BatchNorm2d(channels=3, eps=0.001, affine=false)");
  EXPECT_EQ(said(nn::LayerNorm({.shape = std::vector<int64_t>{2, 3}})), "LayerNorm(shape=[2, 3])");
  EXPECT_EQ(said(nn::MaxPool2d({.kernel = 2, .padding = 1, .ceil_mode = true})),
            "MaxPool2d(kernel=2, padding=1, ceil_mode=true)");
  EXPECT_EQ(said(nn::AvgPool2d({.kernel = 2, .stride = 1, .count_include_pad = false})),
            "AvgPool2d(kernel=2, stride=1, count_include_pad=false)");
  EXPECT_EQ(said(nn::AdaptiveAvgPool2d({.size = {2, 3}})), "AdaptiveAvgPool2d(size=[2, 3])");
  EXPECT_EQ(said(nn::Embedding(5, 2)), "Embedding(entries=5, features=2)");
  EXPECT_EQ(said(nn::Dropout()), "Dropout(p=0.5)");
  EXPECT_EQ(said(nn::Flatten({.start = 2})), "Flatten(start=2)");
  EXPECT_EQ(said(nn::CrossEntropyLoss({.label_smoothing = 0.1})), "CrossEntropyLoss(label_smoothing=0.1)");
}

TEST(Layers, RefuseOptionsThatAreNone) {
  const auto refused = [](const auto& make, const std::string& text) { expect_error<ValueError>(make, text); };
  refused([] { nn::Linear(0, 3); }, "Linear: in must be positive, got 0");
  refused([] { nn::Linear({.in = 3, .out = -1}); }, "Linear: out must be positive, got -1");
  refused([] { nn::Embedding(0, 3); }, "Embedding: entries must be positive, got 0");
  refused([] { nn::Embedding(3, 0); }, "Embedding: features must be positive, got 0");
  refused([] { nn::BatchNorm2d(0); }, "BatchNorm2d: channels must be positive, got 0");
  refused([] { nn::BatchNorm2d({.channels = 1, .eps = -1}); }, "BatchNorm2d: eps must not be negative, got -1");
  refused([] { nn::BatchNorm2d({.channels = 1, .momentum = 2}); }, "BatchNorm2d: momentum must lie in [0, 1], got 2");
  refused([] { nn::LayerNorm(0); }, "LayerNorm: shape must be positive, got [0]");
  refused([] { nn::LayerNorm({.shape = std::vector<int64_t>()}); }, "LayerNorm: shape must name one axis or more");
  refused([] { nn::LayerNorm({.shape = {3}, .eps = NAN}); }, "LayerNorm: eps must not be negative, got nan");
  refused([] { nn::Dropout(2); }, "Dropout: p must lie in [0, 1], got 2");
  refused([] { nn::CrossEntropyLoss({.label_smoothing = 1.5}); },
          "CrossEntropyLoss: label_smoothing must lie in [0, 1], got 1.5");
  refused([] { nn::MaxPool2d({.kernel = -2}); }, "MaxPool2d: kernel must be positive, got -2");
  refused([] { nn::MaxPool2d({.kernel = 2, .stride = 0}); }, "MaxPool2d: stride must be positive, got 0");
  const Pair flat(1, 0);
  refused([&] { nn::MaxPool2d({.kernel = 2, .dilation = flat}); }, "MaxPool2d: dilation must be positive, got [1, 0]");
  refused([] { nn::AvgPool2d({.kernel = 2, .padding = -1}); }, "AvgPool2d: padding must not be negative, got -1");
  refused([] { nn::AvgPool2d({.kernel = 2, .padding = 2}); },
          "AvgPool2d: padding must be at most half the kernel, got 2 for a kernel of 2");
  refused([] { nn::AdaptiveAvgPool2d(0); }, "AdaptiveAvgPool2d: size must be positive, got 0");
  refused([&] { nn::Conv2d({.in = 1, .out = 1, .kernel = flat}); }, "Conv2d: kernel must be positive, got [1, 0]");
  refused([] { nn::Conv2d({.in = 0, .out = 1, .kernel = 1}); }, "Conv2d: in must be positive, got 0");
  refused([] { nn::Conv2d({.in = 1, .out = 1, .kernel = 1, .stride = 0}); }, "Conv2d: stride must be positive, got 0");
  refused([] { nn::Conv2d({.in = 1, .out = 1, .kernel = 1, .padding = -1}); },
          "Conv2d: padding must not be negative, got -1");
  refused([] { nn::Conv2d({.in = 1, .out = 1, .kernel = 1, .groups = 0}); }, "Conv2d: groups must be positive, got 0");
  refused([] { nn::Conv2d({.in = 3, .out = 4, .kernel = 1, .groups = 2}); },
          "Conv2d: groups must divide in and out, got 2 for 3 and 4");
}

TEST(Layers, RefuseATensorThatIsNotDefined) {
  nn::Sequential model(nn::Linear(2, 3));
  expect_error<ValueError>([&] { model(Tensor()); }, "Sequential: the input is not defined");
  expect_error<ValueError>([&] { model[0](Tensor()); }, "Sequential.0: the input is not defined");
  nn::MSELoss loss;
  expect_error<ValueError>([&] { loss(Tensor(), Tensor(ones({1}))); }, "MSELoss: mse_loss: an input is not defined");
}

}  // namespace tenon::testing
