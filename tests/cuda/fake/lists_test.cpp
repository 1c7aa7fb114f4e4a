// Kernels that take whole lists: how many launches, what is written to the device again, and that the host never waits.
#include <algorithm>
#include <thread>

#include <driver_types.h>

#include "tenon/core/error.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/update.h"
#include "tenon/core/streams.h"
#include "tenon/optim/optim.h"
#include "tenon/tests/cuda/fake/fake.h"

namespace tenon::testing {
namespace {

class FakeCudaLists : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(cudart.wrong, "");
    cudart.wrong.clear();
  }

  std::vector<Tensor> parameters(int64_t count) const {
    std::vector<Tensor> all;
    for (int64_t k = 0; k < count; ++k) {
      all.push_back(Tensor(zeros({k % 7 + 1}, float32, device)).requires_grad(true));
      all.back().set_grad(zeros({k % 7 + 1}, float32, device));
    }
    return all;
  }

  struct Counts {
    int64_t launches, tables;
    bool operator==(const Counts&) const = default;
  };
  /// Launches, and those among them that write tables. There are no copies, and nobody waits.
  template <class Run>
  Counts counted(const Run& run) {
    cudart.launched.clear();
    const int64_t waits = cudart.synchronisations, copies = cudart.uploads + cudart.downloads;
    run();
    EXPECT_EQ(cudart.synchronisations, waits);
    EXPECT_EQ(cudart.uploads + cudart.downloads, copies);
    const auto tables = std::count_if(cudart.launched.begin(), cudart.launched.end(), [](const std::string& name) {
      return name.find("write_words") != std::string::npos;
    });
    return {static_cast<int64_t>(cudart.launched.size()), tables};
  }

  FakeCudart& cudart = fake_cudart();
  Device device = fake_cuda();
};

TEST_F(FakeCudaLists, AStepIsOneLaunchForAnyNumberOfParameters) {
  for (const int64_t count : {3, 64, 65, 2000}) {
    const std::vector<Tensor> all = parameters(count);
    optim::Adam adam(all, optim::AdamOptions{});
    optim::SGD sgd(all, {.lr = 0.1, .momentum = 0.9});
    adam.step(), sgd.step();
    for (int k = 0; k < 3; ++k) {
      EXPECT_EQ(counted([&] { adam.step(); }), (Counts{1, 0})) << count;
      EXPECT_EQ(counted([&] { sgd.step(); }), (Counts{1, 0})) << count;
    }
    adam.set_guard({.found_bad = zeros({}, bool_, device)});
    adam.step();
    EXPECT_EQ(counted([&] { adam.step(); }), (Counts{2, 0})) << count;
  }
}

TEST_F(FakeCudaLists, ClippingIsTwoLaunches) {
  for (const int64_t count : {3, 2000}) {
    const std::vector<Tensor> all = parameters(count);
    optim::clip_grad_norm(all, 1);
    EXPECT_EQ(counted([&] { optim::clip_grad_norm(all, 1); }), (Counts{2, 0})) << count;
    EXPECT_EQ(counted([&] { optim::clip_grad_value(all, 1); }), (Counts{1, 0})) << count;
  }
}

TEST_F(FakeCudaLists, ATableIsWrittenAgainOnlyWhenAPointerChanged) {
  const std::vector<Tensor> all = parameters(2000);
  optim::Adam adam(all, optim::AdamOptions{});
  adam.step();
  const Array first = all[7].grad().array(), second = zeros_like(first);
  EXPECT_EQ(counted([&] { adam.step(); }), (Counts{1, 0}));
  all[7].set_grad(second);
  const Counts changed = counted([&] { adam.step(); });
  EXPECT_EQ(changed.launches, 1 + changed.tables);
  EXPECT_EQ(changed.tables, 3);  // 11000 words
  // Both are kept.
  for (const Array& gradient : {first, second, first}) {
    all[7].set_grad(gradient);
    EXPECT_EQ(counted([&] { adam.step(); }), (Counts{1, 0}));
  }
  // A list for which there is no kernel's work left needs none.
  EXPECT_EQ(counted([&] { clamp_list_(std::vector<Array>(100, zeros({0}, float32, device)), 1); }).tables, 0);
}

TEST_F(FakeCudaLists, AnIterationOfAScalerNeverWaits) {
  const std::vector<Tensor> all = parameters(100);
  optim::Adam adam(all, optim::AdamOptions{});
  optim::GradScaler scaler;
  const Tensor loss = Tensor(zeros({}, float32, device));
  const auto iterate = [&](bool unscale) {
    scaler.scale(loss);
    if (unscale) scaler.unscale_(adam);
    scaler.step(adam);
    scaler.update();
  };
  for (const bool unscale : {false, true}) {
    iterate(unscale);
    // The product, looking at the gradients (and dividing them), the step, the scale.
    EXPECT_EQ(counted([&] { iterate(unscale); }), (Counts{4, 0})) << unscale;
  }
}

TEST_F(FakeCudaLists, WhatIsKeptIsBounded) {
  std::vector<std::vector<Tensor>> lists;
  for (int k = 0; k < 40; ++k) lists.push_back(parameters(70));
  const auto all = [&] {
    for (const auto& list : lists) optim::clip_grad_value(list, 1);
  };
  all();
  EXPECT_EQ(counted(all), (Counts{80, 40}));  // 32 are kept: none of these is, when its turn comes
  EXPECT_EQ(counted([&] { optim::clip_grad_value(lists.back(), 1); }), (Counts{1, 0}));
}

TEST_F(FakeCudaLists, EachStreamHasItsOwn) {
  const std::vector<Tensor> all = parameters(100);
  const auto clip = [&] { optim::clip_grad_norm(all, 1); };
  clip();
  const Stream side(device);
  {
    const StreamScope scope(side);
    cudart.expected_stream = side.native();
    cudart.launched.clear();
    clip();
    EXPECT_EQ(cudart.launched.size(), 3u);  // and memory of the stream's own
    EXPECT_EQ(counted(clip), (Counts{2, 0}));
    cudart.expected_stream = nullptr;
  }
  EXPECT_EQ(counted(clip), (Counts{2, 0}));
}

TEST_F(FakeCudaLists, ThreadsShareThem) {
  const std::vector<Tensor> all = parameters(100), others = parameters(90);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int k = 0; k < 50; ++k) optim::clip_grad_norm(t % 2 ? all : others, 1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counted([&] { optim::clip_grad_norm(all, 1); }), (Counts{2, 0}));
}

TEST_F(FakeCudaLists, AFailureAtAnyCallLeavesThemRight) {
  int thrown = 0;
  for (int64_t n = 1; n < 10; ++n) {
    const std::vector<Tensor> all = parameters(100 + n);  // not kept yet
    cudart.fail_at = cudart.calls + n;
    cudart.fail_with = cudaErrorMemoryAllocation;
    try {
      optim::clip_grad_norm(all, 1);
      optim::clip_grad_value(all, 1);
    } catch (const Error&) {
      ++thrown;
    }
    cudart.fail_at = 0;
    optim::clip_grad_norm(all, 1);
    EXPECT_EQ(counted([&] { optim::clip_grad_norm(all, 1); }), (Counts{2, 0})) << n;
  }
  EXPECT_EQ(thrown, 4);  // the launch that writes the table, and the three that read it
}

}  // namespace
}  // namespace tenon::testing
