// What a training step puts on the device: how many launches, and that the host never waits.
#include <map>

#include "tenon/core/memory.h"
#include "tenon/core/streams.h"
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"
#include "tenon/tests/cuda/fake/fake.h"
#include "tenon/tests/cuda/fake/lenet.h"

namespace tenon::testing {
namespace {

class FakeCudaStep : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(cudart.wrong, "");
    cudart.wrong.clear();
  }
  FakeCudart& cudart = fake_cudart();
};

template <class Optimizer, class Options>
void count_step(FakeCudart& cudart, const char* name, const Options& options, int64_t most) {
  const Device device = fake_cuda();
  LeNet net;
  net.to(device);
  Optimizer optimizer(options, net.parameters());
  const Array images = zeros({8, 1, 28, 28}), labels = zeros({8}, int64);
  for (int k = 0; k < 3; ++k) step(net, optimizer, images, labels);  // libraries are opened, memory and plans cached
  cudart.launched.clear();
  const int64_t synchronisations = cudart.synchronisations, downloads = cudart.downloads, uploads = cudart.uploads;
  step(net, optimizer, images, labels);
  const auto launches = static_cast<int64_t>(cudart.launched.size());
  std::map<std::string, int> counts;
  for (const std::string& kernel : cudart.launched) ++counts[kernel];
  std::string all;
  for (const auto& [kernel, count] : counts) all += std::to_string(count) + " " + kernel + "\n";
  std::printf("a step with %s: %lld launches\n", name, static_cast<long long>(launches));
  ::testing::Test::RecordProperty(name, static_cast<int>(launches));
  EXPECT_LE(launches, most) << all;
  EXPECT_GT(launches, 20) << all;
  EXPECT_EQ(cudart.uploads - uploads, 2) << "images and labels";
  EXPECT_EQ(cudart.downloads, downloads);
  // Each upload asks whether the staging buffer whose turn it is has been read, some uploads ago.
  EXPECT_EQ(cudart.synchronisations - synchronisations, 2);
}

TEST_F(FakeCudaStep, LeNetWithAdamNeverWaits) { count_step<optim::Adam>(cudart, "Adam", optim::AdamOptions{}, 60); }
TEST_F(FakeCudaStep, LeNetWithMomentumNeverWaits) {
  count_step<optim::SGD>(cudart, "SGD", optim::SGDOptions{.lr = 0.1, .momentum = 0.9}, 60);
}

TEST_F(FakeCudaStep, AskingForTheLossWaitsOnce) {
  LeNet net;
  net.to(fake_cuda());
  optim::SGD optimizer({.lr = 0.1}, net.parameters());
  const Array images = zeros({8, 1, 28, 28}), labels = zeros({8}, int64);
  for (int k = 0; k < 3; ++k) step(net, optimizer, images, labels).item<float>();
  const int64_t before = cudart.synchronisations;
  step(net, optimizer, images, labels).item<float>();
  EXPECT_EQ(cudart.synchronisations - before, 2 + 1);  // beside the uploads
}

}  // namespace
}  // namespace tenon::testing
