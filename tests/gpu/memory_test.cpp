// The caching allocator of a device under load, by what arrays show: nobody's memory is anybody else's.
#include "tenon/core/memory.h"

#include <random>
#include <thread>
#include <vector>

#include "tenon/core/error.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"
#include "tenon/tests/gpu/tested_device.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using DeviceMemory = OnDevice;

namespace {

int64_t largest() { return tests_fake_device() ? 1 << 12 : 1 << 22; }

/// Arrays of random sizes come and go on a stream; each must keep what was written into it. How many did not.
int wrong_after(int calls, uint64_t seed, const Device& device) {
  struct Held {
    Array array;
    double value;
  };
  std::mt19937_64 random(seed);
  std::vector<Held> held;
  int wrong = 0;
  const auto check = [&wrong](const Held& h) {
    const int64_t n = h.array.numel();
    for (int64_t i : {int64_t{0}, n / 2, n - 1}) wrong += h.array.slice(0, i, i + 1).cpu().item<double>() != h.value;
  };
  for (int i = 0; i < calls; ++i) {
    if (held.size() < 24 && random() % 3) {
      // Mostly small ones, some large.
      const int64_t n = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(random() % 8 ? 3000 : largest()));
      const auto value = static_cast<double>(random() % 1000);
      held.push_back({full({n}, value, float64, device), value});
    } else if (!held.empty()) {
      const size_t at = random() % held.size();
      if (random() % 4 == 0) check(held[at]);
      std::swap(held[at], held.back());
      held.pop_back();
    }
  }
  for (const Held& h : held) check(h);
  return wrong;
}

}  // namespace

TEST_F(DeviceMemory, KeepsWhatWasWrittenUnderLoad) {
  const Device device = tested_device();
  const size_t before = memory_stats(device).allocated;
  EXPECT_EQ(wrong_after(tests_fake_device() ? 400 : 20000, 1, device), 0);
  synchronize(device);
  EXPECT_EQ(memory_stats(device).allocated, before);
}

TEST_F(DeviceMemory, ThreadsOnStreamsOfTheirOwn) {
  const Device device = tested_device();
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t, device] {
      const Stream stream(device);
      const StreamScope scope(stream);
      wrong[t] = wrong_after(tests_fake_device() ? 100 : 5000, t, device);
      stream.synchronize();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4));
}

TEST_F(DeviceMemory, ABlockThatAnotherStreamReadsIsNotUsedAgain) {
  const Device device = tested_device();
  const Stream owner(device), reader(device);
  const int64_t n = largest();
  for (int round = 0; round < 20; ++round) {
    Array x, y;
    {
      const StreamScope scope(owner);
      x = full({n}, 3.f, float32, device);
    }
    reader.wait(Event(owner));
    {
      const StreamScope scope(reader);
      y = x + 1;
      for (int i = 0; i < 10; ++i) y = y + x;
    }
    x = Array();
    const StreamScope scope(owner);
    const Array z = full({n}, 100.f, float32, device);
    reader.synchronize();
    const StreamScope again(reader);
    EXPECT_EQ(y.slice(0, n - 1, n).cpu().item<float>(), 34);
  }
  synchronize(device);
}

TEST_F(DeviceMemory, LimitPeakAndCache) {
  const Device device = tested_device();
  synchronize(device);
  empty_cache(device);
  reset_peak_memory_stats(device);
  const MemoryStats before = memory_stats(device);
  constexpr size_t MiB = 1 << 20;
  {
    const Array x = empty({static_cast<int64_t>(8 * MiB)}, uint8, device);
    EXPECT_GE(memory_stats(device).allocated, before.allocated + 8 * MiB);
  }
  EXPECT_EQ(memory_stats(device).allocated, before.allocated);
  EXPECT_GE(memory_stats(device).peak, before.allocated + 8 * MiB);
  EXPECT_GE(memory_stats(device).reserved, before.reserved + 8 * MiB);  // cached

  set_memory_limit(device, memory_stats(device).reserved + 16 * MiB);
  EXPECT_THROW(empty({static_cast<int64_t>(256 * MiB)}, uint8, device), OutOfMemoryError);
  // What fits is still given, cached memory or not.
  EXPECT_EQ(full({static_cast<int64_t>(12 * MiB)}, 7, uint8, device).slice(0, 5, 6).cpu().item<int>(), 7);
  set_memory_limit(device, 0);
  synchronize(device);
  empty_cache(device);
  EXPECT_LE(memory_stats(device).reserved, before.reserved);
}

}  // namespace tenon::testing
