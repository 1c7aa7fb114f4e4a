#include "tenon/optim/grad_scaler.h"

#include <array>
#include <cmath>
#include <functional>
#include <memory>

#include "pytorch_scaler.h"
#include <gtest/gtest.h>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/error.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/create.h"
#include "tenon/optim/adam.h"
#include "tenon/optim/clip.h"
#include "tenon/optim/sgd.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {

using optim::GradScaler;

Tensor parameter(const std::vector<double>& values, Device device = cpu, DType dtype = float32) {
  return Tensor(from_values({static_cast<int64_t>(values.size())}, values, dtype).to(device)).requires_grad(true);
}

/// The gradients of pytorch_scaler.py.
double scaled_gradient(int parameter, int step, int element) {
  const bool overflow = parameter == 0 ? step == 0 || step == 5 || step == 10 : step == 5 || step == 6 || step == 10;
  if (element == 0 && overflow) return INFINITY;
  return std::sin(1.0 + 3 * step + 0.7 * element + 2 * parameter);
}

template <class O, class Options>
void expect_scaled(Device device, const Options& options, bool clips,
                   const std::vector<std::array<double, 6>>& expected) {
  const Tensor parameters[] = {parameter({0.5, -1.0}, device), parameter({2.0, 0.25}, device)};
  O first({parameters[0]}, options), second({parameters[1]}, options);
  GradScaler scaler({.init_scale = 1024, .growth_interval = 3});
  for (int step = 0; step < 12; ++step) {
    const auto weights = [&](int p) {
      return Tensor(from_values({2}, {scaled_gradient(p, step, 0), scaled_gradient(p, step, 1)}, float32).to(device));
    };
    first.zero_grad(), second.zero_grad();
    scaler.scale(sum(parameters[0] * weights(0)) + sum(parameters[1] * weights(1))).backward();
    for (optim::Optimizer* optimizer :
         {static_cast<optim::Optimizer*>(&first), static_cast<optim::Optimizer*>(&second)}) {
      if (clips) {
        scaler.unscale_(*optimizer);
        optim::clip_grad_norm(optimizer->parameters(), 0.5);
      }
      scaler.step(*optimizer);
    }
    scaler.update();
    const auto& e = expected[static_cast<size_t>(step)];
    std::vector<double> got;
    for (const Tensor& p : parameters) {
      for (const double value : values(p.array())) got.push_back(value);
    }
    for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(got[i], e[i], 2e-6) << "step " << step << ", value " << i;
    EXPECT_EQ(scaler.get_scale(), e[4]) << "step " << step;
    EXPECT_EQ(scaler.state()[4].second.item<double>(), e[5]) << "step " << step;
  }
  // Steps that changed nothing are not counted: 3 each.
  EXPECT_EQ(first.state()[1].second.template item<int64_t>(), 9);
  EXPECT_EQ(second.state()[1].second.template item<int64_t>(), 9);
}

TEST(GradScaler, IterationsAreThoseOfPyTorch) {
  for (const Device device : {cpu, fake()}) {
    expect_scaled<optim::SGD>(device, optim::SGDOptions{.lr = 0.1, .momentum = 0.9, .dampening = 0.3}, false,
                              pytorch_scaled_sgd);
    expect_scaled<optim::Adam>(device, optim::AdamOptions{.lr = 0.1}, false, pytorch_scaled_adam);
    expect_scaled<optim::AdamW>(device, optim::AdamWOptions{.lr = 0.1, .weight_decay = 0.1}, true,
                                pytorch_scaled_adamw_clipped);
  }
}

TEST(GradScaler, NothingOfAnIterationWaitsForTheDevice) {
  const Tensor p = parameter({1, 2}, fake());
  optim::Adam adam({p}, {.lr = 0.1});
  GradScaler scaler({.init_scale = 4});
  const auto iterate = [&] {
    adam.zero_grad();
    scaler.scale(sum(p * p)).backward();
    scaler.unscale_(adam);
    optim::clip_grad_norm({p}, 1);
    scaler.step(adam);
    scaler.update();
  };
  iterate();
  values(p.array());  // waits
  const int64_t before = queued_on_fake();
  iterate();
  EXPECT_GE(queued_on_fake(), before + 10);
}

TEST(GradScaler, OneBadGradientStopsAllParametersOfItsOptimizer) {
  const Tensor a = parameter({1}), b = parameter({1}, cpu, float64), c = parameter({1});
  optim::SGD sgd({{{a}, {.lr = 0.1}}, {{b, c}, {.lr = 0.1}}});
  GradScaler scaler({.init_scale = 2});
  scaler.scale(sum(a)).backward();
  b.set_grad(full({1}, 2.0, float64)), c.set_grad(full({1}, NAN));
  scaler.step(sgd);
  EXPECT_EQ(values(a.array())[0], 1);
  EXPECT_EQ(values(b.array())[0], 1);
  scaler.update();
  EXPECT_EQ(scaler.get_scale(), 1);
  c.set_grad(full({1}, 2.f));
  scaler.step(sgd);
  EXPECT_NEAR(values(a.array())[0], 1 - 0.1 * 2, 1e-6);  // the gradient is still the one of scale 2
  EXPECT_NEAR(values(b.array())[0], 1 - 0.1 * 2, 1e-6);
}

TEST(GradScaler, GoesOnWhereItsStateWasTaken) {
  for (const Device device : {cpu, fake()}) {
    const auto iterate = [](GradScaler& scaler, optim::Adam& adam, const Tensor& p, float g) {
      adam.zero_grad();
      scaler.scale(sum(p * g)).backward();
      scaler.step(adam);
      scaler.update();
    };
    const Tensor a = parameter({1, 2}, device), b = parameter({1, 2}, device);
    optim::Adam one({a}, {.lr = 0.1}), two({b}, {.lr = 0.5});
    GradScaler first({.init_scale = 1024, .growth_interval = 3}), second({.init_scale = 8, .growth_factor = 3});
    iterate(first, one, a, INFINITY);
    EXPECT_EQ(one.state().size(), 2u);  // as good as new
    iterate(first, one, a, 0.5f), iterate(first, one, a, -2.f);
    EXPECT_EQ(one.state()[1].second.item<int64_t>(), 2);
    const TemporaryDirectory directory;  // a file sorts the names
    save(directory.file("scaler"), first.state());
    save(directory.file("adam"), one.state());
    second.load_state(load(directory.file("scaler")));
    EXPECT_EQ(second.get_scale(), 512);
    two.load_state(load(directory.file("adam")));
    b.replace(a.array().clone());
    for (const float g : {1.f, INFINITY, 0.25f}) iterate(first, one, a, g), iterate(second, two, b, g);
    EXPECT_EQ(values(a.array()), values(b.array()));
    EXPECT_EQ(first.get_scale(), 512);  // it grew once, and fell once
    EXPECT_EQ(second.get_scale(), 512);
    for (size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(first.state()[i].second.item<double>(), second.state()[i].second.item<double>()) << i;
    }
  }
}

TEST(GradScaler, ParametersThatStepApartCountTheirOwnSteps) {
  for (const Device device : {cpu, fake()}) {
    const Tensor a = parameter({1}, device), b = parameter({1}, device);
    optim::Adam adam({a, b}, {.lr = 0.1});
    const Array bad = zeros({}, bool_, device);
    adam.set_guard({.found_bad = bad});
    const auto step = [&](float to_a, float to_b) {
      copy_(bad, zeros({}, bool_, device));
      adam.zero_grad();
      if (to_a != 0) a.set_grad(full({1}, to_a, float32, device));
      if (to_b != 0) b.set_grad(full({1}, to_b, float32, device));
      adam.step();
    };
    const auto steps = [&] {
      std::vector<int64_t> counts;
      for (const auto& [name, value] : adam.state()) {
        if (name.find(".step") != std::string::npos) counts.push_back(value.item<int64_t>());
      }
      return counts;
    };
    step(1, INFINITY);
    EXPECT_EQ(steps(), (std::vector<int64_t>{0, 0}));
    step(1, 0);  // b has none
    EXPECT_EQ(steps(), (std::vector<int64_t>{1, 0}));
    step(0, NAN), step(INFINITY, 0);
    EXPECT_EQ(steps(), (std::vector<int64_t>{1, 0}));
    step(0, 1);  // now as many calls as a had, and as many steps
    EXPECT_EQ(steps(), (std::vector<int64_t>{1, 1}));
    EXPECT_NEAR(values(a.array())[0], 0.9, 1e-6);
    EXPECT_NEAR(values(b.array())[0], 0.9, 1e-6);
    step(1, 1);
    EXPECT_NEAR(values(a.array())[0], 0.8, 1e-6);
    EXPECT_NEAR(values(b.array())[0], 0.8, 1e-6);
  }
}

TEST(GradScaler, UnscaledGradientsAreTheTrueOnes) {
  for (const DType dtype : {float32, float64, bfloat16}) {
    const Tensor p = parameter({1, 2}, cpu, dtype);
    optim::SGD sgd({p}, {.lr = 1});
    GradScaler scaler({.init_scale = 8});
    scaler.scale(sum(p * p)).backward();
    EXPECT_EQ(values(p.grad().array()), (std::vector<double>{16, 32}));
    scaler.unscale_(sgd);
    EXPECT_EQ(values(p.grad().array()), (std::vector<double>{2, 4}));
    scaler.step(sgd);
    EXPECT_EQ(values(p.array()), (std::vector<double>{-1, -2}));
  }
}

TEST(GradScaler, ManyOptimizersHaveFlagsOfTheirOwn) {
  std::vector<Tensor> parameters;
  std::vector<std::unique_ptr<optim::SGD>> optimizers;
  for (int k = 0; k < 5; ++k) {
    parameters.push_back(parameter({1}));
    optimizers.push_back(
        std::make_unique<optim::SGD>(std::vector<Tensor>{parameters.back()}, optim::SGDOptions{.lr = 1}));
  }
  GradScaler scaler({.init_scale = 4});
  scaler.scale(sum(parameters[0]));
  for (int round = 0; round < 2; ++round) {
    for (int k = 0; k < 5; ++k) {
      parameters[static_cast<size_t>(k)].set_grad(full({1}, k == 3 && round == 0 ? INFINITY : 4.f));
      if (k % 2 == 0) scaler.unscale_(*optimizers[static_cast<size_t>(k)]);
    }
    for (const auto& optimizer : optimizers) scaler.step(*optimizer);
    for (int k = 0; k < 5; ++k) {
      const int taken = k == 3 ? round : round + 1;
      EXPECT_EQ(values(parameters[static_cast<size_t>(k)].array())[0], 1 - taken) << k;
    }
    scaler.update(4);
  }
}

TEST(GradScaler, NotEnabledItIsNotThere) {
  const Tensor p = parameter({1});
  optim::SGD sgd({p}, {.lr = 0.5});
  GradScaler scaler({.enabled = false});
  const Tensor loss = sum(p);
  EXPECT_EQ(scaler.scale(loss).node(), loss.node());
  loss.backward();
  scaler.unscale_(sgd);
  scaler.step(sgd);
  scaler.update();
  EXPECT_EQ(values(p.array())[0], 0.5);
  EXPECT_EQ(scaler.get_scale(), 1);
  EXPECT_TRUE(scaler.state().empty());
  scaler.load_state({});
}

TEST(GradScaler, TheScaleStaysFiniteAndWhatIsGiven) {
  const Tensor p = parameter({1});
  optim::SGD sgd({p}, {.lr = 0.5});
  GradScaler scaler({.init_scale = 2e38, .growth_interval = 1});
  const auto iterate = [&] {
    p.set_grad(full({1}, 1.f));
    scaler.step(sgd);
  };
  scaler.scale(sum(p));
  iterate();
  scaler.update();
  EXPECT_EQ(scaler.get_scale(), static_cast<double>(2e38f));
  iterate();
  scaler.update(16);
  EXPECT_EQ(scaler.get_scale(), 16);
  p.set_grad(full({1}, 16.f));
  copy_(p.array(), ones({1}));
  scaler.step(sgd);
  EXPECT_EQ(values(p.array())[0], 0.5);
}

TEST(GradScaler, ALossOnAnotherDeviceThanTheParameters) {
  const Tensor p = parameter({1}, fake());
  optim::SGD sgd({p}, {.lr = 0.5});
  GradScaler scaler;
  scaler.scale(sum(p.cpu())).backward();
  for (const auto& [call, name] : {std::pair<std::function<void()>, std::string>{[&] { scaler.step(sgd); }, "step"},
                                   {[&] { scaler.unscale_(sgd); }, "unscale_"}}) {
    expect_error<DeviceError>(call, "GradScaler::" + name + ": the loss was on cpu, a parameter is on fake:0");
  }
}

TEST(GradScaler, ManyOverflowsLeaveAScaleThatHasAnInverse) {
  const Tensor p = parameter({1});
  copy_(p.array(), ones({1}));
  optim::SGD sgd({p}, {.lr = 0.5});
  GradScaler scaler;
  for (int k = 0; k < 400; ++k) {
    scaler.scale(sum(p));
    p.set_grad(full({1}, k % 2 == 0 ? INFINITY : 0.f));
    scaler.step(sgd);
    scaler.update();
  }
  EXPECT_EQ(scaler.get_scale(), 0x1p-100);
  EXPECT_EQ(values(p.array())[0], 1);
}

TEST(GradScaler, ErrorsSayWhatIsWrong) {
  const Tensor p = parameter({1}), half = parameter({1}, cpu, float16);
  optim::SGD sgd({p}), halves({half});
  GradScaler scaler;
  const auto error = [](const auto& f, const char* text) { expect_error<ValueError>(f, text); };
  error([&] { scaler.unscale_(sgd); }, "GradScaler::unscale_: no loss was scaled yet");
  error([&] { scaler.step(sgd); }, "GradScaler::step: no loss was scaled yet");
  error([&] { scaler.update(); }, "GradScaler::update: no loss was scaled yet");
  const Tensor loss = scaler.scale(sum(p));
  error([&] { scaler.update(); }, "GradScaler::update: no gradient was looked at since the last update");
  error([&] { scaler.step(sgd); }, "GradScaler::step: no parameter of the optimizer has a gradient");
  loss.backward();
  scaler.unscale_(sgd);
  error([&] { scaler.unscale_(sgd); }, "GradScaler::unscale_: called twice since the last update");
  scaler.step(sgd);
  error([&] { scaler.unscale_(sgd); }, "GradScaler::unscale_: called after step");
  error([&] { scaler.step(sgd); }, "GradScaler::step: called twice since the last update");
  error([&] { scaler.update(0); }, "GradScaler::update: the scale must be positive and finite, got 0");
  scaler.update();
  scaler.step(sgd);
  half.set_grad(ones({1}, float16));
  error([&] { scaler.unscale_(halves); },
        "GradScaler::unscale_: gradients in float16 would lose what the scale has kept");

  error([] { GradScaler({.init_scale = -1}); }, "GradScaler: init_scale must be positive and finite, got -1");
  error([] { GradScaler({.growth_factor = 1}); }, "GradScaler: growth_factor must be above 1, got 1");
  error([] { GradScaler({.backoff_factor = 1}); }, "GradScaler: backoff_factor must lie in (0, 1), got 1");
  error([] { GradScaler({.growth_interval = 0}); }, "GradScaler: growth_interval must be positive, got 0");

  StateDict state = scaler.state();
  error([&] { scaler.load_state({}); },
        "load_state: a GradScaler's state is scale, growth_factor, backoff_factor, growth_interval and growth_tracker, "
        "a number each; this one is empty, as that of one which is not enabled");
  state[4].second = full({}, -1, int64);
  error([&] { scaler.load_state(state); }, "load_state: growth_tracker must be a count, got -1");
  state[3].second = full({}, 0, int64);
  error([&] { scaler.load_state(state); }, "load_state: growth_interval must be positive, got 0");
  EXPECT_EQ(scaler.get_scale(), 65536);
}

}  // namespace tenon::testing
