#include <cmath>

#include "pytorch_steps.h"
#include <gtest/gtest.h>

#include "tenon/core/error.h"
#include "tenon/core/ops/create.h"
#include "tenon/optim/adam.h"
#include "tenon/optim/clip.h"
#include "tenon/optim/registry.h"
#include "tenon/optim/schedule.h"
#include "tenon/optim/sgd.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using Steps = std::vector<std::array<double, 3>>;

Tensor leaf(std::vector<double> values) { return Tensor(array(std::move(values))).requires_grad(true); }

/// The gradients of pytorch_steps.py.
void set_gradients(const Tensor& first, const Tensor& second, int step) {
  const auto g = [step](int parameter, int element) {
    return std::sin(1.0 + 3 * step + 0.7 * element + 2 * parameter);
  };
  first.set_grad(array<double>({g(0, 0), g(0, 1)}));
  second.set_grad(array<double>({g(1, 0)}));
}

template <class O, class Options>
void expect_steps(const Options& options, const Steps& expected) {
  const Tensor first = leaf({0.5, -1.0}), second = leaf({2.0});
  O optimizer({first, second}, options);
  for (int step = 0; step < 20; ++step) {
    set_gradients(first, second, step);
    optimizer.step();
    std::vector<double> got = values(first.array());
    got.push_back(second.item<double>());
    for (size_t i = 0; i < 3; ++i) {
      const double e = expected[static_cast<size_t>(step)][i];
      EXPECT_NEAR(got[i], e, 1e-6 * std::abs(e)) << "step " << step << ", value " << i;
    }
  }
}

TEST(Optimizer, StepsAreThoseOfPyTorch) {
  using namespace optim;
  expect_steps<SGD>(SGDOptions{.lr = 0.1}, pytorch_sgd);
  expect_steps<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.9}, pytorch_sgd_momentum);
  expect_steps<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.9, .dampening = 0.3}, pytorch_sgd_dampening);
  expect_steps<SGD>(SGDOptions{.lr = 0.1, .momentum = 0.8, .weight_decay = 0.05, .nesterov = true},
                    pytorch_sgd_nesterov);
  expect_steps<Adam>(AdamOptions{.lr = 0.1}, pytorch_adam);
  expect_steps<Adam>(AdamOptions{.lr = 0.05, .beta1 = 0.8, .beta2 = 0.95, .eps = 1e-6, .weight_decay = 0.1},
                     pytorch_adam_decay);
  expect_steps<AdamW>(AdamWOptions{.lr = 0.1, .weight_decay = 0.1}, pytorch_adamw);
}

TEST(Optimizer, GroupsHaveTheirOwnOptions) {
  const Tensor a = leaf({1}), b = leaf({1});
  optim::SGD sgd({{{a}, {.lr = 0.1}}, {{b}, {.lr = 0.5}}});
  a.set_grad(ones({1}, float64)), b.set_grad(ones({1}, float64));
  sgd.step();
  EXPECT_DOUBLE_EQ(a.item<double>(), 0.9);
  EXPECT_DOUBLE_EQ(b.item<double>(), 0.5);
  sgd.set_lr(0.0);
  sgd.step();
  EXPECT_DOUBLE_EQ(b.item<double>(), 0.5);
}

TEST(Optimizer, ParametersWithoutGradientAreLeftAlone) {
  const Tensor a = leaf({1}), b = leaf({1});
  optim::SGD sgd({a, b}, {.lr = 0.1, .momentum = 0.9});
  a.set_grad(ones({1}, float64));
  sgd.step();
  EXPECT_DOUBLE_EQ(b.item<double>(), 1);
  // b's first step is its own first, though the optimizer's second.
  b.set_grad(ones({1}, float64));
  sgd.step();
  EXPECT_DOUBLE_EQ(b.item<double>(), 0.9);
  EXPECT_DOUBLE_EQ(a.item<double>(), 0.9 - 0.1 * 1.9);
}

TEST(Optimizer, AStateThatIsLoadedGoesOnAsBefore) {
  const Tensor a = leaf({1, 2}), b = leaf({1, 2});
  optim::Adam one({a}, {.lr = 0.1}), two({b}, {.lr = 0.7});
  const auto step = [](optim::Adam& optimizer, const Tensor& p, double g) {
    p.set_grad(full({2}, g, float64));
    optimizer.step();
  };
  step(one, a, 1), step(one, a, -3);
  b.replace(a.array().clone());
  two.load_state(one.state());
  step(one, a, 2), step(two, b, 2);
  EXPECT_EQ(values(a.array()), values(b.array()));
  EXPECT_DOUBLE_EQ(two.lr(), 0.1);
}

TEST(Optimizer, ErrorsSayWhatIsWrong) {
  const auto error = [](auto f) -> std::string {
    try {
      f();
    } catch (const ValueError& e) {
      return e.what();
    }
    return "no error";
  };
  const Tensor a = leaf({1});
  EXPECT_EQ(error([&] { optim::SGD({a, a}, {.lr = 0.1}); }), "optimizer: a parameter of shape [1] is given twice");
  EXPECT_EQ(error([&] { optim::SGD({Tensor(ones({1}))}); }),
            "optimizer: a parameter must be a leaf that asks for gradients");
  EXPECT_EQ(error([&] { optim::SGD({a}, {.lr = -1}); }), "SGD: lr must not be negative, got -1");
  EXPECT_EQ(error([&] { optim::Adam({a}, {.beta1 = 1}); }), "Adam: beta1 must lie in [0, 1), got 1");
  optim::SGD sgd({a});
  EXPECT_EQ(error([&] {
              sgd.load_state({{"group.0.lr", full({}, 1.0)}, {"odd", ones({1})}});
            }),
            "load_state: the state does not fit the optimizer:\n  missing: 0.step\n  unexpected: odd");
}

TEST(Schedule, RatesFollowTheirFormulas) {
  const Tensor a = leaf({1});
  const auto rates = [&](auto make) {
    optim::SGD sgd({a}, {.lr = 1.0});
    const auto schedule = make(sgd);
    std::vector<double> all;
    for (int t = 0; t < 6; ++t, schedule->step()) all.push_back(sgd.lr());
    return all;
  };
  const auto near = [](const std::vector<double>& got, const std::vector<double>& expected) {
    ASSERT_EQ(got.size(), expected.size());
    for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
  };
  near(rates([](optim::Optimizer& o) {
         return std::make_unique<optim::StepLR>(optim::StepLROptions{.step_size = 2, .gamma = 0.5}, o);
       }),
       {1, 1, 0.5, 0.5, 0.25, 0.25});
  near(rates([](optim::Optimizer& o) {
         return std::make_unique<optim::CosineAnnealingLR>(optim::CosineAnnealingLROptions{.T_max = 4, .eta_min = 0.2},
                                                           o);
       }),
       {1, 0.6 + 0.4 * std::cos(M_PI / 4), 0.6, 0.6 - 0.4 * std::cos(M_PI / 4), 0.2, 0.6 - 0.4 * std::cos(M_PI / 4)});
  near(rates([](optim::Optimizer& o) {
         return std::make_unique<optim::ConstantLR>(optim::ConstantLROptions{.warmup = 4, .warmup_start = 0.2}, o);
       }),
       {0.2, 0.4, 0.6, 0.8, 1, 1});
}

TEST(ClipGradNorm, ScalesAllGradientsTogether) {
  const Tensor a = leaf({0, 0}), b = leaf({0});
  a.set_grad(array<double>({3, 0})), b.set_grad(array<double>({4}));
  EXPECT_NEAR(optim::clip_grad_norm({a, b}, 1).item<double>(), 5, 1e-12);
  EXPECT_NEAR(values(a.grad().array())[0], 0.6, 1e-6);
  EXPECT_NEAR(b.grad().item<double>(), 0.8, 1e-6);
  optim::clip_grad_norm({a, b}, 10);
  EXPECT_NEAR(b.grad().item<double>(), 0.8, 1e-6);
}

TEST(Registry, MakesOptimizersAndSchedulesByName) {
  const Tensor a = leaf({1});
  ConfigValue config = ConfigValue::make_map();
  config.add("type", ConfigValue::make_string("AdamW"));
  config.add("lr", ConfigValue::make_real(0.25));
  const auto optimizer = optim::optimizers().make(ConfigReader(config), {a});
  EXPECT_DOUBLE_EQ(optimizer->lr(), 0.25);
  EXPECT_EQ(optim::schedules().names(), (std::vector<std::string>{"ConstantLR", "CosineAnnealingLR", "StepLR"}));
}

}  // namespace tenon::testing
