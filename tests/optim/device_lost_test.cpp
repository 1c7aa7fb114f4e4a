// A device that is lost in the middle of a training step, wherever that is.
#include <gtest/gtest.h>

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/loss.h"
#include "tenon/autograd/ops/matmul.h"
#include "tenon/core/backends.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/ops/sum.h"
#include "tenon/core/streams.h"
#include "tenon/optim/adam.h"
#include "tenon/tests/support/fake_device.h"
#include "tenon/tests/support/temporary_directory.h"

namespace tenon::testing {
namespace {

struct Batch {
  Array x, target, w1, b1, w2;
};

/// Uploads everything, makes one step, and returns the loss and a parameter.
std::pair<float, float> train(const Batch& batch, Device device) {
  const auto parameter = [&](const Array& values) { return Tensor(values.clone().to(device)).requires_grad(true); };
  const Tensor w1 = parameter(batch.w1), b1 = parameter(batch.b1), w2 = parameter(batch.w2);
  const Tensor x = Tensor(pin_memory(batch.x, device).to(device, {.async = true}));
  const Tensor target = Tensor(device.is_cpu() ? batch.target : batch.target.to(fake(0)).to(device));
  optim::Adam adam({w1, b1, w2}, {.lr = 0.1});
  const Tensor loss = mse_loss(linear(relu(linear(x, w1, b1)), w2), target);
  loss.backward();
  adam.step();
  return {loss.cpu().item<float>(), w2.array().cpu().select(0, 0).select(0, 0).item<float>()};
}

std::string last_words(const Batch& batch, Device device) {
  try {
    train(batch, device);
  } catch (const DeviceLost& error) {
    return error.what();
  }
  return "";
}

/// How many calls a step makes; checks that the device is lost at each of them.
int lose_at_every_call(const Batch& batch, const std::pair<float, float>& expected, const std::string& file) {
  const Device device = fake(1);
  for (int n = 0; n < 2000; ++n) {
    mend_fake(device);
    fault_fake_after(n, device);
    const std::string words = last_words(batch, device);
    bool lost = !words.empty();
    if (!lost) {  // a call that only lets go of something, or none
      try {
        synchronize(device);
      } catch (const DeviceLost&) {
        lost = true;
      }
    }
    if (!lost) {
      mend_fake(device);
      return n;
    }
    if (!words.empty()) {
      EXPECT_EQ(words.find("DeviceLost: fake:1: illegal address, reported at "), 0u) << n << ": " << words;
      EXPECT_NE(words.find("; TENON_CUDA_SYNC=1 finds the op"), words.npos) << n << ": " << words;
    }
    EXPECT_EQ(last_words(batch, device).substr(0, 19), "DeviceLost: fake:1:") << n;
    // All memory came back, although nothing can be done with it.
    EXPECT_EQ(memory_stats(device).allocated, 0u) << n;
    EXPECT_EQ(train(batch, cpu), expected) << n;
    EXPECT_EQ(sum(load(file)[0].second - batch.w1).item<float>(), 0) << n;
    if (n % 10 == 0) {
      EXPECT_EQ(train(batch, fake(0)), expected) << n;
    }
  }
  return -1;
}

TEST(DeviceLost, InATrainingStep) {
  Generator generator(7);
  const auto normal = [&](const Shape& shape) { return randn(shape, float32, cpu, generator); };
  const Batch batch{normal({4, 3}), normal({4, 2}), normal({5, 3}), normal({5}), normal({2, 5})};
  const TemporaryDirectory directory;
  save(directory.file("weights.safetensors"), {{"w1", batch.w1}});
  const auto expected = train(batch, cpu);
  const int calls = lose_at_every_call(batch, expected, directory.file("weights.safetensors"));
  EXPECT_GT(calls, 40);
  {
    const Stream side(fake(1));
    const StreamScope scope(side);
    EXPECT_GT(lose_at_every_call(batch, expected, directory.file("weights.safetensors")), calls / 2);
  }
  mend_fake(fake(1));
  EXPECT_EQ(train(batch, fake(1)), expected);
}

}  // namespace
}  // namespace tenon::testing
