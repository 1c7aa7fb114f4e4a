#include "tenon/nn/init.h"

#include <algorithm>
#include <cmath>

#include "tenon/core/ops/create.h"
#include "tenon/nn/conv.h"
#include "tenon/nn/embedding.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/norm.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

constexpr double some = 0.03;  // of a standard deviation: what a moment of 20000 numbers may be off

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}
double std_of(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double sum = 0;
  for (double v : x) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

/// All within (-bound, bound), up to its edges, and spread evenly.
void expect_uniform(const Array& x, double low, double high) {
  const std::vector<double> all = values(x);
  const double width = high - low;
  const auto [least, most] = std::minmax_element(all.begin(), all.end());
  EXPECT_GE(*least, low - 1e-6 * width);
  EXPECT_LE(*most, high + 1e-6 * width);
  EXPECT_NEAR(*least, low, 0.01 * width);
  EXPECT_NEAR(*most, high, 0.01 * width);
  EXPECT_NEAR(mean_of(all), (low + high) / 2, some * width);
  EXPECT_NEAR(std_of(all), width / std::sqrt(12), some * width);
}
void expect_uniform(const Array& x, double bound) { expect_uniform(x, -bound, bound); }

void expect_normal(const Array& x, double mean, double std) {
  const std::vector<double> all = values(x);
  EXPECT_NEAR(mean_of(all), mean, some * std);
  EXPECT_NEAR(std_of(all), std, some * std);
  const auto within = std::count_if(all.begin(), all.end(), [&](double v) { return std::abs(v - mean) < std; });
  EXPECT_NEAR(static_cast<double>(within) / static_cast<double>(all.size()), 0.6827, 0.02);
}

}  // namespace

TEST(Init, FillsByItsFormulas) {
  Generator random(1);
  const Tensor x = empty({50, 40, 2, 5});  // fan_in 400, fan_out 500
  nn::init::uniform_(x, 2, 5, random);
  expect_uniform(x.array(), 2, 5);
  nn::init::normal_(x, 3, 0.5, random);
  expect_normal(x.array(), 3, 0.5);
  nn::init::xavier_uniform_(x, 2, random);
  expect_uniform(x.array(), 2 * std::sqrt(6.0 / 900));
  nn::init::xavier_normal_(x, 2, random);
  expect_normal(x.array(), 0, 2 * std::sqrt(2.0 / 900));
  nn::init::kaiming_uniform_(x, 0, random);
  expect_uniform(x.array(), std::sqrt(6.0 / 400));
  nn::init::kaiming_uniform_(x, std::sqrt(5.0), random);
  expect_uniform(x.array(), 1 / std::sqrt(400.0));
  nn::init::kaiming_normal_(x, 1, random);
  expect_normal(x.array(), 0, std::sqrt(1.0 / 400));
  expect_uniform(nn::init::fan_in_uniform({200, 100}, 100, random), 0.1);
  nn::init::ones_(x);
  EXPECT_EQ(values(x.array()), std::vector<double>(20000, 1));
  nn::init::zeros_(x);
  EXPECT_EQ(values(x.array()), std::vector<double>(20000, 0));
  expect_error<ShapeError>([] { nn::init::xavier_normal_(empty({3})); },
                           "xavier_normal_: expected at least 2 dimensions, got [3]");
}

TEST(Init, OneSeedGivesOneFilling) {
  const auto filled = [](uint64_t seed) {
    Generator random(seed);
    const Tensor x = empty({4, 3});
    nn::init::kaiming_normal_(x, 0, random);
    return values(x.array());
  };
  EXPECT_EQ(filled(3), filled(3));
  EXPECT_NE(filled(3), filled(4));
}

TEST(Init, LayersBeginAsPyTorchs) {
  manual_seed(7);
  const nn::Linear linear(100, 300);
  expect_uniform(linear.weight.array(), 0.1);
  const nn::Linear many(4, 20000);
  expect_uniform(many.bias.array(), 0.5);
  const nn::Conv2d conv({.in = 32, .out = 150, .kernel = {3, 5}, .groups = 2});
  expect_uniform(conv.weight.array(), 1 / std::sqrt(16.0 * 15));
  const nn::Conv2d wide({.in = 4, .out = 20000, .kernel = 2});
  expect_uniform(wide.bias.array(), 0.25);
  expect_normal(nn::Embedding(200, 100).weight.array(), 0, 1);
  const nn::BatchNorm2d batch(3);
  EXPECT_EQ(values(batch.weight.array()), (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(values(batch.bias.array()), (std::vector<double>{0, 0, 0}));
  const nn::LayerNorm layer(2);
  EXPECT_EQ(values(layer.weight.array()), (std::vector<double>{1, 1}));
  EXPECT_EQ(values(layer.bias.array()), (std::vector<double>{0, 0}));
}

}  // namespace tenon::testing
