// A small network with every kind of layer that the configs use, trained on the device: twice with the same bits, and
// beside the CPU.
#include <cmath>

#include "tenon/core/determinism.h"
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_compare.h"

namespace tenon::testing {

using DeviceTraining = OnDevice;

namespace {

struct Trained {
  std::vector<double> losses;
  StateDict state;
};

template <class Optimizer, class Options>
Trained train(Device device, const Options& options, double dropout, int steps) {
  manual_seed(1);
  nn::Sequential model(nn::Conv2d({.in = 1, .out = 8, .kernel = 3, .padding = 1}), nn::MaxPool2d(2), nn::BatchNorm2d(8),
                       nn::ReLU(), nn::Conv2d({.in = 8, .out = 16, .kernel = 3}), nn::ReLU(), nn::Flatten(),
                       nn::Linear(16 * 5 * 5, 32), nn::ReLU(), nn::Dropout({.p = dropout}), nn::Linear(32, 10));
  const Array x = randn({32, 1, 14, 14}), y = randint(0, 10, {32});
  model.to(device);
  Optimizer optimizer(model.parameters(), options);
  const Array input = x.to(device), target = y.to(device);
  Trained result;
  for (int i = 0; i < steps; ++i) {
    const Tensor loss = cross_entropy(model(input), target);
    loss.backward();
    optimizer.step();
    optimizer.zero_grad();
    result.losses.push_back(loss.item<double>());
  }
  for (const auto& [name, array] : model.state()) result.state.push_back({name, array.cpu()});
  return result;
}

template <class Optimizer, class Options>
void expect_as_on_the_cpu(const Options& options) {
  const Trained here = train<Optimizer>(cpu, options, 0, 8), there = train<Optimizer>(tested_device(), options, 0, 8);
  for (size_t i = 0; i < here.losses.size(); ++i) {
    EXPECT_NEAR(there.losses[i], here.losses[i], 2e-3 * (1 + std::abs(here.losses[i]))) << "step " << i;
  }
  EXPECT_LT(here.losses.back(), here.losses.front());
}

}  // namespace

TEST_F(DeviceTraining, AsOnTheCpu) {
  expect_as_on_the_cpu<optim::SGD>(optim::SGDOptions{.lr = 0.05, .momentum = 0.9});
  expect_as_on_the_cpu<optim::Adam>(optim::AdamOptions{.lr = 1e-3});
  expect_as_on_the_cpu<optim::AdamW>(optim::AdamWOptions{.lr = 1e-3});
}

TEST_F(DeviceTraining, TwiceTheSameBits) {
  const Determinism scope;
  const Trained first = train<optim::Adam>(tested_device(), optim::AdamOptions{.lr = 1e-3}, 0.3, 12);
  const Trained second = train<optim::Adam>(tested_device(), optim::AdamOptions{.lr = 1e-3}, 0.3, 12);
  EXPECT_EQ(first.losses, second.losses);
  for (size_t i = 0; i < first.state.size(); ++i) {
    EXPECT_TRUE(same_bits(first.state[i].second, second.state[i].second)) << first.state[i].first;
  }
}

}  // namespace tenon::testing
