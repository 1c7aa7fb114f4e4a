// Optimizers together with modules: on another device, and when the module moves.
#include <memory>

#include <gtest/gtest.h>

#include "tenon/autograd/ops/loss.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/random.h"
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

TEST(Optimizer, OnAnotherDeviceItIsTheSame) {
  const auto trained = [](Device device, bool adam) {
    manual_seed(3);
    nn::Sequential model(nn::Conv2d({.in = 1, .out = 3, .kernel = 3}), nn::BatchNorm2d(3), nn::ReLU(), nn::Flatten(),
                         nn::Linear(12, 2));
    const Array x = randn({6, 1, 4, 4}), target = from_values({6}, {0, 1, 0, 1, 1, 0}, int64);
    model.to(device);
    std::unique_ptr<optim::Optimizer> optimizer;
    if (adam) {
      optimizer = std::make_unique<optim::Adam>(model.parameters(), optim::AdamOptions{.lr = 0.05});
    } else {
      optimizer = std::make_unique<optim::SGD>(model.parameters(),
                                               optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .nesterov = true});
    }
    for (int step = 0; step < 4; ++step) {
      optimizer->zero_grad();
      cross_entropy(model(x.to(device)), target.to(device)).backward();
      optim::clip_grad_norm(optimizer->parameters(), 0.3);
      optimizer->step();
    }
    std::vector<std::vector<double>> all;
    for (const auto& [name, value] : model.state()) all.push_back(values(value));
    for (const auto& [name, value] : optimizer->state()) all.push_back(values(value));
    return all;
  };
  for (const bool adam : {false, true}) EXPECT_EQ(trained(cpu, adam), trained(fake(), adam)) << adam;
}

TEST(Optimizer, StateFollowsItsParameters) {
  const auto make = [] { return nn::Linear({.in = 2, .out = 1, .bias = false}); };
  nn::Linear moved = make(), stays = make();
  stays.load_state(moved.state());
  optim::Adam first(moved.parameters(), {.lr = 0.1}), second(stays.parameters(), {.lr = 0.1});
  const auto step = [](nn::Linear& linear, optim::Adam& adam, double g) {
    linear.weight.set_grad(full({1, 2}, g, linear.weight.dtype(), linear.weight.device()));
    adam.step();
  };
  step(moved, first, 1), step(stays, second, 1);
  moved.to(float64);
  first.step();  // with the gradient that has moved along
  step(stays, second, 1);
  moved.to(fake());
  step(moved, first, -2), step(stays, second, -2);
  EXPECT_EQ(first.state()[2].second.device(), fake());
  const std::vector<double> a = values(moved.weight.array()), b = values(stays.weight.array());
  for (size_t i = 0; i < 2; ++i) EXPECT_NEAR(a[i], b[i], 1e-6);
}

}  // namespace tenon::testing
