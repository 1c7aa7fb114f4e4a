// The n-th call of CUDA fails, for every n: what comes of it is an error of Tenon, nothing is left behind, and the next
// step works, or says that the device is lost.
#include <cstdio>

#include <driver_types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tenon/core/determinism.h"
#include "tenon/core/error.h"
#include "tenon/core/memory.h"
#include "tenon/core/ops/index.h"
#include "tenon/core/ops/sort.h"
#include "tenon/core/streams.h"
#include "tenon/tests/cuda/fake/fake.h"
#include "tenon/tests/cuda/fake/lenet.h"

namespace tenon::testing {
namespace {

/// A training from nothing: uploads, two steps, downloads; a second stream, sorting, indices.
void train(Device device) {
  LeNet net;
  net.to(device);
  optim::Adam optimizer(optim::AdamOptions{}, net.parameters());
  const Array images = zeros({4, 1, 28, 28}), labels = zeros({4}, int64);
  Tensor loss;
  for (int k = 0; k < 2; ++k) loss = step(net, optimizer, images, labels);
  const Stream side(device);
  side.wait(Event(current_stream(device)));
  {
    const StreamScope scope(side);
    (loss.array() * 2).cpu();
  }
  const Array values = sort(images.to(device).reshape({4, 784}), 1).values;
  index_add(zeros({3, 784}, float32, device), 0, labels.to(device), values);
  loss.item<float>();
  synchronize(device);
}

class FakeCudaFailures : public ::testing::Test {
 protected:
  // Children of a process with OpenMP threads could not enter parallel regions.
  void SetUp() override { set_num_threads(1); }
  void TearDown() override {
    EXPECT_EQ(cudart.wrong, "");
    cudart.wrong.clear();
  }
  /// What a training calls, the first and any other.
  int64_t calls_of_training() {
    empty_cache(device);
    const int64_t before = cudart.calls;
    train(device);
    return cudart.calls - before;
  }
  FakeCudart& cudart = fake_cudart();
  Device device = fake_cuda();
};

TEST_F(FakeCudaFailures, OutOfMemoryAtEveryCall) {
  train(device);
  const int64_t calls = calls_of_training();
  ASSERT_GT(calls, 200);
  empty_cache(device);
  const int64_t memory = cudart.memory, pinned = cudart.pinned, events = cudart.events, streams = cudart.streams;
  int64_t thrown = 0;
  for (int64_t n = 1; n <= calls; ++n) {
    empty_cache(device);
    cudart.fail_at = cudart.calls + n;
    cudart.fail_with = cudaErrorMemoryAllocation;
    try {
      train(device);
    } catch (const OutOfMemoryError&) {
      ++thrown;
    } catch (const Error& e) {  // what is no allocation says it in words
      EXPECT_NE(std::string_view(e.what()).find("out of memory"), std::string_view::npos) << n << ": " << e.what();
      ++thrown;
    }
    cudart.fail_at = 0;
    EXPECT_NO_THROW(train(device)) << "after call " << n;
  }
  std::printf("%lld calls, %lld of which end in an error\n", static_cast<long long>(calls),
              static_cast<long long>(thrown));
  EXPECT_GT(thrown, calls / 2);
  empty_cache(device);
  EXPECT_EQ(cudart.memory, memory);
  EXPECT_EQ(cudart.pinned, pinned);
  EXPECT_EQ(cudart.events, events);
  EXPECT_EQ(cudart.streams, streams);
  EXPECT_EQ(memory_stats(device).allocated, 0u);
}

/// What a process sees whose n-th call finds a fault. 0: all is as it must be.
int fault_at(FakeCudart& cudart, Device device, int64_t n, int error) {
  cudart.fail_at = cudart.calls + n;
  cudart.fail_with = error;
  const auto throws = [](const auto& run) {
    try {
      run();
    } catch (const DeviceLost& e) {
      return std::string_view(e.what()).starts_with("DeviceLost: cuda:0: ");
    }
    return false;
  };
  throws([&] { train(device); });
  if (!cudart.lost) return 1;
  if (!throws([&] { ones({4}, float32, device) + 1; })) return 2;
  if (!throws([&] { synchronize(device); })) return 3;
  const Array here = ones({4}) + 1;
  return here.view<const float, 1>()[3] == 2 ? 0 : 4;
}

TEST_F(FakeCudaFailures, FaultAtEveryCall) {
  const int64_t calls = calls_of_training();
  for (int64_t n = 1; n <= calls; ++n) {
    const int error = n % 2 ? cudaErrorIllegalAddress : cudaErrorLaunchFailure;
    std::fflush(nullptr);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(60);
      std::exit(fault_at(cudart, device, n, error));  // with all destructors
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_FALSE(WIFSIGNALED(status)) << "call " << n << ": signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "call " << n;
  }
}

}  // namespace
}  // namespace tenon::testing
