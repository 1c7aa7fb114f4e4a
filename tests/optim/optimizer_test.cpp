#include <algorithm>
#include <cmath>

#include "pytorch_steps.h"
#include <gtest/gtest.h>

#include "tenon/core/error.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/text.h"
#include "tenon/optim/adam.h"
#include "tenon/optim/clip.h"
#include "tenon/optim/registry.h"
#include "tenon/optim/schedule.h"
#include "tenon/optim/sgd.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

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

TEST(Optimizer, AdamWFollowsItsFormulaWithAnyOptions) {
  const double lr = 0.05, beta1 = 0.7, beta2 = 0.9, eps = 1e-3, decay = 0.2;
  const Tensor p = leaf({0.5});
  optim::AdamW adamw({p}, {.lr = lr, .beta1 = beta1, .beta2 = beta2, .eps = eps, .weight_decay = decay});
  double expected = 0.5, m = 0, v = 0;
  for (int step = 1; step <= 20; ++step) {
    const double g = std::sin(3.0 * step);
    p.set_grad(array<double>({g}));
    adamw.step();
    expected -= lr * decay * expected;
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    expected -= lr * (m / (1 - std::pow(beta1, step))) / (std::sqrt(v / (1 - std::pow(beta2, step))) + eps);
    EXPECT_NEAR(p.item<double>(), expected, 1e-12) << step;
  }
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

/// The parameters after 20 steps in float64 from rounded values, for what computes in float32 and stores in 16 bits.
template <class O, class Options>
void expect_low_precision(DType dtype, double tolerance, const Options& options, const Steps& expected) {
  const Tensor first = Tensor(from_values({2}, {0.5, -1.0}, dtype)).requires_grad(true);
  const Tensor second = Tensor(from_values({1}, {2.0}, dtype)).requires_grad(true);
  O optimizer({first, second}, options);
  for (int step = 0; step < 20; ++step) {
    const auto g = [step](int parameter, int element) {
      return std::sin(1.0 + 3 * step + 0.7 * element + 2 * parameter);
    };
    first.set_grad(from_values({2}, {g(0, 0), g(0, 1)}, dtype));
    second.set_grad(from_values({1}, {g(1, 0)}, dtype));
    optimizer.step();
    const std::vector<double> a = values(first.array()), b = values(second.array());
    const auto& e = expected[static_cast<size_t>(step)];
    EXPECT_NEAR(a[0], e[0], tolerance) << "step " << step;
    EXPECT_NEAR(a[1], e[1], tolerance) << "step " << step;
    EXPECT_NEAR(b[0], e[2], tolerance) << "step " << step;
  }
}

TEST(Optimizer, StepsInEveryDtype) {
  using namespace optim;
  for (const auto& [dtype, tolerance] :
       {std::pair(float32, 1e-5), std::pair(float16, 0.01), std::pair(bfloat16, 0.1)}) {
    expect_low_precision<SGD>(dtype, tolerance, SGDOptions{.lr = 0.1}, pytorch_sgd);
    expect_low_precision<SGD>(dtype, tolerance, SGDOptions{.lr = 0.1, .momentum = 0.9}, pytorch_sgd_momentum);
    expect_low_precision<Adam>(dtype, tolerance, AdamOptions{.lr = 0.1}, pytorch_adam);
    expect_low_precision<AdamW>(dtype, tolerance, AdamWOptions{.lr = 0.1, .weight_decay = 0.1}, pytorch_adamw);
  }
}

TEST(Optimizer, AGroupMayHaveSeveralDtypesAndDevices) {
  const Tensor wide = Tensor(ones({2}, float64)).requires_grad(true), narrow = Tensor(ones({2})).requires_grad(true);
  const Tensor far = Tensor(ones({2}, float32, fake())).requires_grad(true);
  optim::Adam adam({wide, narrow, far}, {.lr = 0.1});
  for (int step = 0; step < 2; ++step) {
    for (const Tensor& p : {wide, narrow, far}) p.set_grad(ones_like(p.array()));
    adam.step();
  }
  for (const Tensor& p : {wide, narrow, far}) EXPECT_NEAR(values(p.array())[1], 0.8, 1e-6);
}

TEST(Optimizer, AStepThatThrowsIsNotCounted) {
  const Tensor a = leaf({1});
  optim::Adam adam({a}, {.lr = 0.1});
  a.set_grad(ones({1}, float64));
  a.replace(ones({1}));  // the gradient stays what it is
  EXPECT_THROW(adam.step(), DTypeError);
  EXPECT_EQ(adam.state()[1].second.item<int64_t>(), 0);
  a.replace(ones({1}, float64));
  adam.step();
  EXPECT_NEAR(a.item<double>(), 0.9, 1e-6);  // the first step, not the second
}

TEST(Optimizer, AGuardScalesAndStops) {
  for (const Device device : {cpu, fake()}) {
    const Tensor a = Tensor(ones({2}, float32, device)).requires_grad(true);
    optim::SGD sgd({a}, {.lr = 0.1, .momentum = 0.9});
    const Array bad = zeros({}, bool_, device);
    sgd.set_guard({.inverse_scale = full({}, 0.25f, float32, device), .found_bad = bad});
    a.set_grad(full({2}, 8.f, float32, device));
    sgd.step();
    EXPECT_NEAR(values(a.array())[0], 0.8, 1e-6);
    EXPECT_FALSE(bad.cpu().item<bool>());
    a.set_grad(from_values({2}, {1, INFINITY}, float32).to(device));
    sgd.step();
    EXPECT_TRUE(bad.cpu().item<bool>());
    EXPECT_NEAR(values(a.array())[0], 0.8, 1e-6);
    // It stays so until somebody takes it back.
    a.set_grad(full({2}, 4.f, float32, device));
    sgd.step();
    EXPECT_NEAR(values(a.array())[0], 0.8, 1e-6);
    copy_(bad, zeros({}, bool_));
    sgd.step();
    EXPECT_NEAR(values(a.array())[0], 0.8 - 0.1 * (0.9 * 2 + 1), 1e-6);
  }
}

TEST(Optimizer, StatesOfMomentumAndSeveralGroupsTravel) {
  const auto make = [](const Tensor& a, const Tensor& b) {
    return optim::SGD(
        std::vector<optim::ParameterGroup<optim::SGDOptions>>{{{a}, {.lr = 0.1, .momentum = 0.9}}, {{b}, {.lr = 0.2}}});
  };
  const auto step = [](optim::SGD& sgd, const Tensor& a, const Tensor& b, double g) {
    a.set_grad(full({2}, g, float64)), b.set_grad(full({1}, -g, float64));
    sgd.step();
  };
  const Tensor a = leaf({1, 2}), b = leaf({3});
  optim::SGD one = make(a, b);
  step(one, a, b, 1), step(one, a, b, 2);
  one.set_lr(1, 0.05);
  const StateDict state = one.state();
  std::string names;
  for (const auto& [name, value] : state) names += name + " ";
  EXPECT_EQ(names, "group.0.lr 0.step 0.momentum_buffer group.1.lr 1.step ");
  const Tensor c = Tensor(a.array().clone()).requires_grad(true), d = Tensor(b.array().clone()).requires_grad(true);
  optim::SGD two = make(c, d);
  two.load_state(state);
  EXPECT_DOUBLE_EQ(two.lr(0), 0.1);
  EXPECT_DOUBLE_EQ(two.lr(1), 0.05);
  step(one, a, b, 3), step(two, c, d, 3);
  EXPECT_EQ(values(a.array()), values(c.array()));
  EXPECT_EQ(values(b.array()), values(d.array()));
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
  EXPECT_EQ(error([&] { optim::AdamW({a}, {.eps = -1}); }), "AdamW: eps must not be negative, got -1");
  EXPECT_EQ(error([&] { optim::Adam({a}, {.lr = NAN}); }), "Adam: lr must not be negative, got nan");
  EXPECT_EQ(error([&] { optim::AdamW({a}, {.beta2 = -0.5}); }), "AdamW: beta2 must lie in [0, 1), got -0.5");
  EXPECT_EQ(error([&] { optim::SGD({a}, {.nesterov = true}); }), "SGD: nesterov needs a momentum and no dampening");
  optim::SGD sgd({a});
  EXPECT_EQ(error([&] { optim::StepLR({.step_size = 0}, sgd); }), "StepLR: step_size must be positive, got 0");
  EXPECT_EQ(error([&] { optim::StepLR({.step_size = 1, .gamma = -1}, sgd); }),
            "StepLR: gamma must not be negative, got -1");
  EXPECT_EQ(error([&] { optim::CosineAnnealingLR({.T_max = 0}, sgd); }),
            "CosineAnnealingLR: T_max must be positive, got 0");
  EXPECT_EQ(error([&] { optim::CosineAnnealingLR({.T_max = 1, .eta_min = -1}, sgd); }),
            "CosineAnnealingLR: eta_min must not be negative, got -1");
  EXPECT_EQ(error([&] { optim::ConstantLR({.warmup = -1}, sgd); }), "ConstantLR: warmup must not be negative, got -1");
  EXPECT_EQ(error([&] { optim::ConstantLR({.warmup_start = 2}, sgd); }),
            "ConstantLR: warmup_start must lie in [0, 1], got 2");
  EXPECT_EQ(error([&] {
              sgd.load_state({{"group.0.lr", full({}, 1.0)}, {"odd", ones({1})}});
            }),
            "load_state: the state does not fit the optimizer:\n  missing: 0.step\n  unexpected: odd");
  const double before = sgd.lr();
  EXPECT_EQ(error([&] {
              sgd.load_state({{"group.0.lr", full({}, -1.0)}, {"0.step", full({}, -2)}});
            }),
            "load_state: the state does not fit the optimizer:\n  not a rate: group.0.lr: -1");
  EXPECT_EQ(error([&] {
              sgd.load_state({{"group.0.lr", full({}, 1.0)}, {"0.step", full({}, -2)}});
            }),
            "load_state: the state does not fit the optimizer:\n  not a count: 0.step: -2");
  EXPECT_EQ(sgd.lr(), before);
  StateDict twice = sgd.state();
  twice.push_back(twice.back());
  EXPECT_EQ(error([&] { sgd.load_state(twice); }),
            "load_state: the state does not fit the optimizer:\n  twice: 0.step");
  EXPECT_EQ(error([&] { sgd.set_lr(-5); }), "optimizer: lr must not be negative, got -5");
  EXPECT_EQ(error([&] { sgd.set_lr(NAN); }), "optimizer: lr must not be negative, got nan");
  EXPECT_DOUBLE_EQ(sgd.lr(), 1e-3);
  EXPECT_THROW(sgd.set_lr(1, 0.1), IndexError);
  EXPECT_THROW(sgd.lr(1), IndexError);
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
       {0.4, 0.6, 0.8, 1, 1, 1});
  // One step of warm-up from nothing costs nothing.
  near(rates([](optim::Optimizer& o) {
         return std::make_unique<optim::StepLR>(optim::StepLROptions{.step_size = 2, .gamma = 0.5, .warmup = 1}, o);
       }),
       {1, 1, 1, 0.5, 0.5, 0.25});
}

TEST(Schedule, GoesOnWhereItsStateWasTaken) {
  const Tensor a = leaf({1}), b = leaf({1});
  optim::SGD sgd({a}, {.lr = 1.0}), other({b}, {.lr = 1.0});
  optim::StepLR schedule({.step_size = 1, .gamma = 0.5}, sgd);
  schedule.step(), schedule.step();
  // The optimizer's own state has the rate of now, and not the full one.
  other.load_state(sgd.state());
  optim::StepLR resumed({.step_size = 1, .gamma = 0.5}, other);
  StateDict sorted = schedule.state();  // as a file gives it back
  std::sort(sorted.begin(), sorted.end(), [](const auto& p, const auto& q) { return p.first < q.first; });
  resumed.load_state(sorted);
  EXPECT_EQ(resumed.position(), 2);
  EXPECT_DOUBLE_EQ(other.lr(), 0.25);
  resumed.step();
  EXPECT_DOUBLE_EQ(other.lr(), 0.125);
  const auto error = [&](const StateDict& state) -> std::string {
    try {
      resumed.load_state(state);
    } catch (const ValueError& e) {
      return e.what();
    }
    return "no error";
  };
  EXPECT_EQ(error({}), "load_state: a schedule's state is position and base_lr");
  EXPECT_EQ(error({{"position", full({}, 1, int64)}, {"base_lr", ones({2}, float64)}}),
            "load_state: the schedule has base_lr [1], the state [2]");
  EXPECT_EQ(error({{"position", full({}, -1, int64)}, {"base_lr", ones({1}, float64)}}),
            "schedule: position must not be negative, got -1");
  for (const double wrong : {-1.0, double{NAN}}) {
    EXPECT_EQ(error({{"position", full({}, 7, int64)}, {"base_lr", full({1}, wrong, float64)}}),
              text("load_state: base_lr must not be negative, got ", wrong));
  }
  EXPECT_EQ(resumed.position(), 3);
  EXPECT_DOUBLE_EQ(other.lr(), 0.125);
  resumed.step();
  EXPECT_DOUBLE_EQ(other.lr(), 0.0625);
}

TEST(Schedule, SeeksPositionsThatThereAre) {
  const Tensor a = leaf({1});
  optim::SGD sgd({a}, {.lr = 1.0});
  optim::StepLR schedule({.step_size = 1, .gamma = 0.5}, sgd);
  schedule.step();
  expect_error<ValueError>([&] { schedule.seek(-1); }, "schedule: position must not be negative, got -1");
  EXPECT_EQ(schedule.position(), 1);
  EXPECT_DOUBLE_EQ(sgd.lr(), 0.5);
  schedule.seek(INT64_MAX);
  schedule.step();
  EXPECT_EQ(schedule.position(), INT64_MAX);
  EXPECT_EQ(sgd.lr(), 0);
}

/// Its rate falls by 1 a step, also below 0.
struct Falling : optim::Schedule {
  explicit Falling(optim::Optimizer& optimizer) : Schedule(optimizer, 0, 0) { begin(); }
  double rate(double base, int64_t position) const override { return base - static_cast<double>(position); }
};

TEST(Schedule, ARateThatIsNoneChangesNothing) {
  const Tensor a = leaf({1}), b = leaf({1});
  optim::SGD sgd({{{a}, {.lr = 2.0}}, {{b}, {.lr = 1.0}}});
  Falling schedule(sgd);
  schedule.step();
  expect_error<ValueError>([&] { schedule.step(); }, "schedule: lr must not be negative, got -1");
  EXPECT_EQ(schedule.position(), 1);
  EXPECT_EQ(sgd.lr(0), 1);
  EXPECT_EQ(sgd.lr(1), 0);
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

TEST(ClipGradNorm, TakesWhatItsSquareCannotHold) {
  for (const DType dtype : {float16, bfloat16}) {
    const Tensor a = Tensor(zeros({2}, dtype)).requires_grad(true);
    a.set_grad(from_values({2}, {300, 400}, dtype));
    const Array norm = optim::clip_grad_norm({a}, 5);
    EXPECT_EQ(norm.dtype(), float32);
    EXPECT_NEAR(norm.item<double>(), 500, 1);
    EXPECT_EQ(a.grad().dtype(), dtype);
    EXPECT_NEAR(values(a.grad().array())[0], 3, 0.02);
    EXPECT_NEAR(values(a.grad().array())[1], 4, 0.02);
  }
}

TEST(ClipGradNorm, TakesGradientsWhereverTheyAre) {
  const Tensor a = Tensor(zeros({1})).requires_grad(true);
  const Tensor b = Tensor(zeros({1}, float64, fake())).requires_grad(true), c = leaf({0});
  a.set_grad(full({1}, 3.f)), b.set_grad(full({1}, 4.0, float64, fake()));
  EXPECT_NEAR(optim::clip_grad_norm({a, b, c}, 1).item<double>(), 5, 1e-6);
  EXPECT_NEAR(a.grad().item<double>(), 0.6, 1e-6);
  EXPECT_NEAR(values(b.grad().array())[0], 0.8, 1e-6);
  EXPECT_FALSE(c.grad().defined());
  EXPECT_EQ(optim::clip_grad_norm({c}, 1).item<double>(), 0);
  EXPECT_THROW(optim::clip_grad_norm({a}, -1), ValueError);
}

TEST(ClipGradNorm, NormsThatAreNotFiniteMakeGradientsNan) {  // as in PyTorch
  const Tensor a = leaf({0, 0});
  a.set_grad(array<double>({3, INFINITY}));
  EXPECT_EQ(optim::clip_grad_norm({a}, 1).item<double>(), INFINITY);
  EXPECT_EQ(values(a.grad().array())[0], 0);
  EXPECT_TRUE(std::isnan(values(a.grad().array())[1]));
}

TEST(ClipGradValue, BringsEveryElementIntoItsRange) {
  const Tensor a = Tensor(zeros({3})).requires_grad(true), b = leaf({0, 0}), c = leaf({0});
  const Tensor far = Tensor(zeros({2}, float16, fake())).requires_grad(true);
  a.set_grad(array<float>({-2, 0.25, 7})), b.set_grad(array<double>({NAN, -INFINITY}));
  far.set_grad(from_values({2}, {0.75, -0.25}, float16).to(fake()));
  optim::clip_grad_value({a, b, c, far}, 0.5);
  EXPECT_EQ(values(a.grad().array()), (std::vector<double>{-0.5, 0.25, 0.5}));
  EXPECT_TRUE(std::isnan(values(b.grad().array())[0]));
  EXPECT_EQ(values(b.grad().array())[1], -0.5);
  EXPECT_EQ(values(far.grad().array()), (std::vector<double>{0.5, -0.25}));
  EXPECT_FALSE(c.grad().defined());
  EXPECT_THROW(optim::clip_grad_value({a}, -1), ValueError);
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
