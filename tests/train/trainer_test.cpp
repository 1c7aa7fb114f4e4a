#include "tenon/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "blobs.h"
#include <gtest/gtest.h>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/sum.h"
#include "tenon/core/random.h"
#include "tenon/nn/activation.h"
#include "tenon/nn/containers.h"
#include "tenon/nn/dropout.h"
#include "tenon/nn/flatten.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/norm.h"
#include "tenon/optim/adam.h"
#include "tenon/optim/schedule.h"
#include "tenon/optim/sgd.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/temporary_directory.h"
#include "tenon/train/evaluate.h"

namespace tenon::train {
namespace {

using testing::expect_error;
using testing::TemporaryDirectory;

data::DatasetPtr blobs(int64_t size) {
  testing::SizeOptions options;
  options.size = size;
  return std::make_shared<testing::Blobs>(options);
}

nn::Sequential small_net() {
  manual_seed(0);
  return nn::Sequential(nn::Linear(2, 8), nn::ReLU(), nn::Linear(8, 3));
}

TEST(Trainer, Learns) {
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.5});
  const TrainResult result = Trainer({model, loss, sgd}, {.epochs = 10, .batch_size = 16}).fit(blobs(96), blobs(60));
  ASSERT_EQ(result.epochs.size(), 10u);
  EXPECT_EQ(result.steps, 60);
  EXPECT_FALSE(result.stopped);
  EXPECT_EQ(result.epochs[0].train.samples, 96);
  EXPECT_LT(result.epochs[9].train.loss, result.epochs[0].train.loss);
  EXPECT_GT(result.epochs[9].test->accuracy, 0.95);
  const Metrics again = evaluate(model, loss, blobs(60), {.batch_size = 7});
  EXPECT_EQ(again.samples, 60);
  EXPECT_EQ(again.accuracy, result.epochs[9].test->accuracy);
  EXPECT_NEAR(again.loss, result.epochs[9].test->loss, 1e-6);
}

TEST(Trainer, WritesMetricsAndWeights) {
  const TemporaryDirectory directory;
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.5});
  Trainer({model, loss, sgd}, {.epochs = 2, .directory = directory.path()}).fit(blobs(96), blobs(60));
  const std::string metrics = testing::content_of(directory.file("metrics.csv"));
  EXPECT_EQ(metrics.substr(0, metrics.find('\n')),
            "epoch,lr,seconds,train_loss,train_accuracy,test_loss,test_accuracy");
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 3);
  EXPECT_EQ(metrics.substr(metrics.find('\n') + 1, 6), "1,0.5,");
  const StateDict last = load(directory.file("last.safetensors"));
  ASSERT_EQ(last.size(), 4u);
  EXPECT_EQ(last[1].first, "0.weight");
  EXPECT_TRUE(std::filesystem::exists(directory.file("best.safetensors")));
}

TEST(Trainer, KeepsTheBestWeights) {
  const TemporaryDirectory directory;
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.5});
  const TrainResult result =
      Trainer({model, loss, sgd}, {.epochs = 8, .directory = directory.path()}).fit(blobs(96), blobs(60));
  double best = 0;
  int64_t first = 0;
  for (const EpochMetrics& epoch : result.epochs) {
    if (epoch.test->accuracy > best) best = epoch.test->accuracy, first = epoch.epoch;
  }
  EXPECT_EQ(result.best_epoch, first);
  model.load_state(load(directory.file("best.safetensors")));
  EXPECT_EQ(evaluate(model, loss, blobs(60)).accuracy, best);
}

TEST(Trainer, MaxStepsEndsInTheMiddleOfAnEpoch) {
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  const TrainResult result =
      Trainer({model, loss, sgd}, {.epochs = 10, .max_steps = 8, .batch_size = 16}).fit(blobs(96));
  EXPECT_EQ(result.steps, 8);
  ASSERT_EQ(result.epochs.size(), 2u);
  EXPECT_EQ(result.epochs[1].train.samples, 32);
}

TEST(Trainer, StopSavesTheLastWeights) {
  const TemporaryDirectory directory;
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  int asked = 0;
  const TrainResult result =
      Trainer({model, loss, sgd},
              {.epochs = 10, .batch_size = 16, .directory = directory.path(), .stop = [&] { return ++asked == 3; }})
          .fit(blobs(96));
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.steps, 3);
  EXPECT_TRUE(result.epochs.empty());
  const StateDict last = load(directory.file("last.safetensors"));
  ASSERT_EQ(last[1].first, "0.weight");
  EXPECT_EQ((last[1].second.view<const float, 2>()(0, 0)), (model.state()[0].second.view<const float, 2>()(0, 0)));
}

TEST(Trainer, WorkersChangeNothing) {
  double losses[2];
  for (int workers : {0, 2}) {
    nn::Sequential model = small_net();
    nn::CrossEntropyLoss loss;
    optim::SGD sgd(model.parameters(), {.lr = 0.1});
    const auto result = Trainer({model, loss, sgd}, {.epochs = 2, .batch_size = 16, .workers = workers}).fit(blobs(96));
    losses[workers / 2] = result.epochs[1].train.loss;
  }
  EXPECT_EQ(losses[0], losses[1]);
}

TEST(Trainer, PartsInEvaluationStayThere) {
  nn::Sequential model(nn::Linear(2, 8), nn::Dropout(0.5), nn::ReLU(), nn::Linear(8, 3));
  nn::CrossEntropyLoss loss;
  model[1].eval();
  evaluate(model, loss, blobs(60));
  EXPECT_TRUE(model.training());
  EXPECT_TRUE(model[0].training());
  EXPECT_FALSE(model[1].training());
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  Trainer({model, loss, sgd}, {.epochs = 2}).fit(blobs(96), blobs(60));
  EXPECT_TRUE(model[0].training());
  EXPECT_FALSE(model[1].training());
  // A model in evaluation is trained nevertheless.
  model.eval();
  Trainer({model, loss, sgd}, {.epochs = 1}).fit(blobs(96));
  EXPECT_TRUE(model[1].training());
}

TEST(Trainer, GivesTheOptimizersGuardBack) {
  nn::Sequential model = small_net(), twin = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1}), other(twin.parameters(), {.lr = 0.05});
  const Array scale = full({}, 0.5f);
  sgd.set_guard({.inverse_scale = scale});
  Trainer({model, loss, sgd}, {.epochs = 1}).fit(blobs(96));
  EXPECT_EQ(sgd.guard().inverse_scale.data(), scale.data());
  EXPECT_FALSE(sgd.guard().found_bad.defined());
  // The scale held during training.
  Trainer({twin, loss, other}, {.epochs = 1}).fit(blobs(96));
  EXPECT_TRUE(all(model.state()[0].second == twin.state()[0].second).item<bool>());
}

TEST(Trainer, OnAnotherDeviceItIsTheSame) {
  const auto trained = [](Device device) {
    nn::Sequential model = small_net();
    model.to(device);
    nn::CrossEntropyLoss loss;
    optim::SGD sgd(model.parameters(), {.lr = 0.5, .momentum = 0.9});
    const TrainResult result =
        Trainer({model, loss, sgd}, {.epochs = 2, .batch_size = 16, .clip_grad_norm = 0.5, .device = device})
            .fit(blobs(96), blobs(60));
    model.to(cpu);
    return std::make_pair(result, model.state());
  };
  const auto [here, own] = trained(cpu);
  const auto [there, others] = trained(testing::fake());
  for (size_t i = 0; i < own.size(); ++i) EXPECT_TRUE(all(own[i].second == others[i].second).item<bool>()) << i;
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(here.epochs[i].train.loss, there.epochs[i].train.loss);
    EXPECT_EQ(here.epochs[i].test->accuracy, there.epochs[i].test->accuracy);
  }
}

// --- on a device
// ------------------------------------------------------------------------------------------------------

/// 24 samples [1, 2, 2] of equal values, of two classes.
data::DatasetPtr pixels(float value = 1) {
  Array classes = zeros({24}, int64), half = classes.slice(0, 0, 12);
  half += 1;
  return data::in_memory({{"input", full({24, 1, 2, 2}, value)}, {"target", classes}});
}

/// Everything that a step may hold: running statistics, dropout, clipping, a schedule.
struct DeviceRun {
  TrainResult result;
  StateDict state;
  std::string error;
};

nn::Sequential full_net() {
  manual_seed(0);
  return nn::Sequential(nn::Flatten(), nn::Linear(4, 8), nn::ReLU(), nn::Dropout(0.3), nn::Linear(8, 3));
}

/// The run's numbers and weights, or what it threw. `busy` is called after every step, as by a host that does something
/// else for a while.
DeviceRun run_on(Device device, nn::Sequential model, const data::DatasetPtr& set, const std::function<void()>& busy,
                 TrainerOptions options = {}) {
  manual_seed(3);
  model.to(device);
  nn::CrossEntropyLoss loss;
  optim::AdamW optimizer(model.parameters(), {.lr = 0.1, .weight_decay = 0.1});
  optim::CosineAnnealingLR schedule({.T_max = 20}, optimizer);
  options.batch_size = 4;
  options.clip_grad_norm = 0.5;
  options.schedule_batches = true;
  options.device = device;
  options.stop = [&] {
    busy();
    return false;
  };
  DeviceRun run;
  try {
    run.result = Trainer({model, loss, optimizer, &schedule}, options).fit(set, set);
  } catch (const Error& error) {
    run.error = error.what();
  }
  model.to(cpu);
  run.state = model.state();
  return run;
}

void expect_same(const DeviceRun& a, const DeviceRun& b) {
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.result.steps, b.result.steps);
  ASSERT_EQ(a.result.epochs.size(), b.result.epochs.size());
  for (size_t i = 0; i < a.result.epochs.size(); ++i) {
    const EpochMetrics &m = a.result.epochs[i], &n = b.result.epochs[i];
    EXPECT_EQ(m.train.loss, n.train.loss);
    EXPECT_EQ(m.train.accuracy, n.train.accuracy);
    EXPECT_EQ(m.test->loss, n.test->loss);
    EXPECT_EQ(m.test->accuracy, n.test->accuracy);
  }
  for (size_t i = 0; i < a.state.size(); ++i) {
    EXPECT_TRUE(all(a.state[i].second == b.state[i].second).item<bool>()) << a.state[i].first;
  }
}

TEST(Trainer, AStepOnADeviceWaitsForNothing) {
  const auto run = [](Device device, const std::function<void()>& busy) {
    manual_seed(0);
    nn::Sequential model(nn::BatchNorm2d(1), full_net());
    return run_on(device, std::move(model), pixels(), busy, {.epochs = 3});
  };
  const DeviceRun here = run(cpu, [] {});
  ASSERT_EQ(here.result.steps, 18);
  // A device that is as fast as the host: no step waits. Only what comes between epochs does.
  std::vector<int64_t> waits;
  const DeviceRun fast = run(testing::fake(), [&] {
    testing::run_fake();
    waits.push_back(testing::host_waits_on_fake());
  });
  expect_same(here, fast);
  ASSERT_EQ(waits.size(), 18u);
  for (size_t i = 1; i < waits.size(); ++i) {
    if (i % 6 != 0) {
      EXPECT_EQ(waits[i], waits[i - 1]) << i;
    }
  }
  // One that does nothing by itself: the host waits for a step before the last ones, and for nothing else.
  waits.clear();
  const DeviceRun slow = run(testing::fake(), [&] { waits.push_back(testing::host_waits_on_fake()); });
  expect_same(here, slow);
  for (size_t i = 1; i < waits.size(); ++i) {
    if (i % 6 != 0) {
      EXPECT_LE(waits[i], waits[i - 1] + 1) << i;
    }
  }
}

TEST(Trainer, TrainsInSixteenBits) {
  const auto run = [](Device device, DType precision) {
    manual_seed(0);
    nn::Sequential model(nn::BatchNorm2d(1), full_net());
    return run_on(device, std::move(model), pixels(), [] {}, {.epochs = 2, .precision = precision});
  };
  const DeviceRun full = run(cpu, float32);
  for (const DType precision : {bfloat16, float16}) {
    const DeviceRun low = run(cpu, precision);
    EXPECT_EQ(low.error, "");
    for (const auto& [name, value] : low.state) EXPECT_TRUE(value.dtype() == float32 || value.dtype() == int64) << name;
    const double loss = full.result.epochs[1].train.loss;
    EXPECT_NE(low.result.epochs[1].train.loss, loss);
    EXPECT_NEAR(low.result.epochs[1].train.loss, loss, 0.05 * loss);
    EXPECT_NE(low.result.epochs[1].test->loss, full.result.epochs[1].test->loss);
    expect_same(low, run(testing::fake(), precision));
  }
}

TEST(Trainer, OnADeviceIgnoredBatchesTeachNothingEither) {
  // Some batches count wholly, some in part, most not at all.
  const auto set = data::transform(pixels(), [](data::Sample sample, data::Draw draw) {
    if (draw.index() % 24 > 5) sample["target"] = full({}, -100, int64);
    return sample;
  });
  const auto run = [&](Device device) { return run_on(device, full_net(), set, [] {}, {.epochs = 3}); };
  const DeviceRun here = run(cpu);
  EXPECT_EQ(here.error, "");
  expect_same(here, run(testing::fake()));
}

// --- a loss that is not finite ---------------------------------------------------------------------------------------

/// Divides by zero in its third forward pass in training.
struct Faulty : nn::Layer {
  Tensor forward(const Tensor& x) override {
    if (!training() || ++calls < 3) return x;
    return x * 0 / Tensor(zeros({1}));
  }
  int calls = 0;
};

TEST(Trainer, NanStopsBeforeTheWeights) {
  nn::Sequential model(nn::Linear(2, 3), Faulty());
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  StateDict before;
  const auto remember = [&] {
    before = model.state();
    for (auto& [name, value] : before) value = value.clone();
    return false;
  };
  expect_error<ValueError>(
      [&] {
        Trainer({model, loss, sgd}, {.batch_size = 16, .stop = remember}).fit(blobs(96));
      },
      "training stopped in epoch 1, batch 3: the loss is nan; Sequential.1: div: the result has nan");
  const StateDict after = model.state();
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(std::isfinite(sum(after[i].second).item<float>())) << after[i].first;
    EXPECT_TRUE(all(after[i].second == before[i].second).item<bool>()) << after[i].first;
  }
}

/// The run stops with this error, and leaves the state that it had after the batch before.
void expect_stop(nn::Layer& model, const data::DatasetPtr& set, const std::string& error) {
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  StateDict before;
  const auto remember = [&] {
    before = model.state();
    for (auto& [name, value] : before) value = value.clone();
    return false;
  };
  remember();
  expect_error<ValueError>([&] { Trainer({model, loss, sgd}, {.batch_size = 8, .stop = remember}).fit(set); }, error);
  const StateDict after = model.state();
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(all(after[i].second == before[i].second).item<bool>()) << after[i].first;
  }
}

TEST(Trainer, NanStopsBeforeTheRunningStatistics) {
  manual_seed(0);
  nn::Sequential model(nn::BatchNorm2d(1), nn::Flatten(), Faulty(), nn::Linear(4, 3));
  expect_stop(model, pixels(),
              "training stopped in epoch 1, batch 3: the loss is nan; Sequential.2: div: the result has nan");
  EXPECT_EQ(model.state()[4].second.item<int64_t>(), 2) << model.state()[4].first;

  nn::Sequential first(nn::BatchNorm2d(1), nn::Flatten(), nn::Linear(4, 3));
  const auto set = data::transform(pixels(), [](data::Sample sample, data::Draw draw) {
    if (draw.index() == 5) sample["input"] = full({1, 2, 2}, std::numeric_limits<float>::quiet_NaN());
    return sample;
  });
  expect_stop(
      first, set,
      "training stopped in epoch 1, batch 3: the loss is nan; the batch's input has values that are not finite");
}

/// Divides by zero where an input is 7, in the forward or the backward pass.
struct FaultyAtSeven : nn::Layer {
  explicit FaultyAtSeven(bool backward) : in_backward(backward) {}
  Tensor forward(const Tensor& x) override {
    return in_backward ? x + sqrt(square(x - 7) * exp(scale)) : x * exp(scale) + x * 0 / (x - 7);
  }
  bool in_backward;
  nn::Parameter scale = part("scale", nn::Parameter(zeros({1})));
};

TEST(Trainer, OnADeviceTheBatchThatWasWrongIsFound) {
  for (const bool in_backward : {false, true}) {
    for (const int64_t bad : {0, 5, 17, 23}) {
      const auto set = data::transform(pixels(), [=](data::Sample sample, data::Draw draw) {
        if (draw.index() == bad && draw.epoch() == 1) sample["input"] = full({1, 2, 2}, 7.f);
        return sample;
      });
      const auto run = [&](Device device, const std::function<void()>& busy, DType precision = float32) {
        manual_seed(0);
        nn::Sequential model(FaultyAtSeven(in_backward), nn::BatchNorm2d(1), full_net());
        return run_on(device, std::move(model), set, busy, {.epochs = 3, .precision = precision});
      };
      // The weights and the running statistics are those before that batch, however late it is noticed.
      const DeviceRun here = run(cpu, [] {});
      EXPECT_NE(here.error.find("training stopped in epoch 2, batch "), std::string::npos) << here.error;
      EXPECT_NE(here.error.find("Sequential.0: "), std::string::npos) << here.error;
      expect_same(here, run(testing::fake(), [] {}));
      expect_same(here, run(testing::fake(), [] { testing::run_fake(); }));
      // In float16 a gradient that is not finite skips a step, on both alike; a loss stops the run.
      const DeviceRun half = run(
          cpu, [] {}, float16);
      EXPECT_EQ(half.error, in_backward ? "" : here.error);
      expect_same(half, run(
                            testing::fake(), [] {}, float16));
    }
  }
}

TEST(Trainer, WhatIsSavedIsFinite) {
  const TemporaryDirectory directory;
  nn::CrossEntropyLoss loss;
  const auto expect = [&](nn::Sequential model, double lr, const data::DatasetPtr& set, const std::string& error) {
    optim::SGD sgd(model.parameters(), {.lr = lr});
    const std::string run = directory.file(error);
    std::filesystem::create_directory(run);
    expect_error<ValueError>(
        [&] {
          Trainer({model, loss, sgd}, {.batch_size = 24, .directory = run}).fit(set);
        },
        "training stopped in epoch 1, after batch 1: " + error);
    EXPECT_FALSE(std::filesystem::exists(run + "/last.safetensors"));
    EXPECT_FALSE(std::filesystem::exists(run + "/best.safetensors"));
  };
  manual_seed(0);
  // The gradient is finite; what the step makes of it is not.
  expect(nn::Sequential(nn::Flatten(), nn::Linear(4, 3)), 1e38, pixels(100), "1.weight has values that are not finite");
  // So are the loss and the gradient where a variance runs over: the batch becomes zeros.
  Array far = full({24, 1, 2, 2}, -1e30f);
  Array half = far.slice(0, 0, 12);
  half += 2e30f;
  expect(nn::Sequential(nn::BatchNorm2d(1), nn::Flatten(), nn::Linear(4, 3)), 0.1,
         data::in_memory({{"input", far}, {"target", zeros({24}, int64)}}),
         "0.running_var has values that are not finite");
}

/// Adds its buffer, an infinity that is meant.
struct Masked : nn::Layer {
  nn::Buffer mask = part("mask", nn::Buffer(array({0.f, 0.f, -std::numeric_limits<float>::infinity()})));
  Tensor forward(const Tensor& x) override { return x + mask; }
};

TEST(Trainer, ABufferMayHoldInfinitiesFromTheStart) {
  nn::Sequential model(nn::Flatten(), nn::Linear(4, 3), Masked());
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  EXPECT_EQ(Trainer({model, loss, sgd}, {.epochs = 1}).fit(pixels()).epochs.size(), 1u);
}

/// The value of x; the gradient is that of a square root at 0.
struct FaultyGradient : nn::Layer {
  Tensor forward(const Tensor& x) override { return x + sqrt(x * 0); }
};

TEST(Trainer, NanInAGradientStopsBeforeTheWeights) {
  nn::Sequential model(nn::Linear(2, 3), FaultyGradient());
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  const Array before = model.state()[0].second.clone();
  expect_error<ValueError>(
      [&] {
        Trainer({model, loss, sgd}, {.batch_size = 16}).fit(blobs(96));
      },
      "training stopped in epoch 1, batch 1: a gradient is not finite; Sequential.1: backward of "
      "mul: the gradient of input 0 has nan");
  EXPECT_TRUE(all(model.state()[0].second == before).item<bool>());
}

TEST(Trainer, AnInfiniteLossNamesItsOp) {
  manual_seed(0);
  nn::Sequential model(nn::Linear(2, 1));
  nn::MSELoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  // Finite, but not so its sum: the input is not to blame.
  const auto set = data::in_memory({{"input", full({8, 2}, 2e38f)}, {"target", zeros({8, 1})}});
  expect_error<ValueError>(
      [&] {
        Trainer({model, loss, sgd}, {.task = Task::regression}).fit(set);
      },
      "training stopped in epoch 1, batch 1: the loss is infinite; MSELoss: mse_loss: the result "
      "has inf");
}

TEST(Trainer, ABatchThatIsIgnoredTeachesNothing) {
  const auto set = data::transform(blobs(8), [](data::Sample sample, data::Draw) {
    sample["target"] = full({}, -100, int64);
    return sample;
  });
  for (const DType precision : {float32, bfloat16, float16}) {
    nn::Sequential model = small_net(), twin = small_net();
    nn::CrossEntropyLoss loss;
    optim::AdamW adamw(model.parameters(), {.lr = 0.1, .weight_decay = 0.1});  // decays without gradients, too
    const TrainResult result =
        Trainer({model, loss, adamw}, {.epochs = 1, .batch_size = 4, .precision = precision}).fit(set);
    EXPECT_EQ(result.steps, 2);
    EXPECT_EQ(result.epochs[0].train.samples, 8);
    EXPECT_EQ(result.epochs[0].train.loss, 0);
    EXPECT_TRUE(all(model.state()[0].second == twin.state()[0].second).item<bool>()) << name_of(precision);
  }
}

TEST(Trainer, InputThatIsNotFinite) {
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  const auto set = data::transform(blobs(32), [](data::Sample sample, data::Draw draw) {
    if (draw.index() == 5) sample["input"] = array({std::numeric_limits<float>::infinity(), 0.f});
    return sample;
  });
  expect_error<ValueError>(
      [&] {
        Trainer({model, loss, sgd}, {.batch_size = 32}).fit(set);
      },
      "training stopped in epoch 1, batch 1: the loss is nan; the batch's input has values that "
      "are not finite");
}

TEST(Trainer, EmptySet) {
  nn::Sequential model = small_net();
  nn::CrossEntropyLoss loss;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});
  expect_error<ValueError>([&] { Trainer({model, loss, sgd}, {}).fit(blobs(0)); }, "train: the training set is empty");
}

}  // namespace
}  // namespace tenon::train
