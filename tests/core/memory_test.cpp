#include "tenon/core/memory.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/memory/big_blocks.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/bytes_text.h"
#include "tenon/core/ops/create.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

constexpr size_t MiB = 1 << 20;

TEST(Memory, CpuStatistics) {
  const size_t before = memory_stats().allocated;
  {
    const Array small = empty({100}), big = empty({1 << 20});
    EXPECT_GE(memory_stats().allocated, before + 4 * MiB + 400);
    EXPECT_LE(memory_stats().allocated, before + 6 * MiB + 4096);
    EXPECT_GE(memory_stats().peak, memory_stats().allocated);
    EXPECT_GE(memory_stats().reserved, memory_stats().allocated);
  }
  EXPECT_EQ(memory_stats().allocated, before);
  reset_peak_memory_stats();
  EXPECT_LT(memory_stats().peak, before + 4 * MiB + memory_stats().reserved);
}

TEST(Memory, WhatManyArraysOfAMiddleSizeLeaveGoesBack) {
  if (!detail::cache_host_memory) GTEST_SKIP() << "no cache under sanitizers";
  for (const int64_t elements : {3000, 16000, 200000}) {
    empty_cache();
    const size_t before = memory_stats().reserved;
    const auto fill = [&] {
      std::vector<Array> arrays;
      for (int i = 0; i < 400; ++i) arrays.push_back(empty({elements}));
      EXPECT_GE(memory_stats().reserved, before + 400 * static_cast<size_t>(elements) * 4 * 9 / 10);
    };
    fill();
    empty_cache();
    EXPECT_LE(memory_stats().reserved, before + MiB) << elements;
    // What is cached counts as free where a limit is met.
    fill();
    set_memory_limit(cpu, memory_stats().reserved + MiB);
    EXPECT_EQ(empty({1 << 20}).numel(), 1 << 20) << elements;
    set_memory_limit(cpu, 0);
  }
}

TEST(Memory, MoreThanThereIs) {
  EXPECT_THROW(empty({int64_t{1} << 50}), OutOfMemoryError);
  expect_error<OutOfMemoryError>(
      [] {
        empty({int64_t{1} << 40, int64_t{1} << 40});
      },
      "shape [1099511627776, 1099511627776] is more than memory can hold");
}

TEST(Memory, BlocksAreAlignedAndApart) {
  std::vector<std::pair<char*, uint16_t>> blocks;
  for (const size_t bytes : {1, 64, 65, 2048, 2049, 5000, 70000, 1 << 20, (1 << 20) + 1}) {
    uint16_t block_class;
    char* block = static_cast<char*>(detail::take_block(bytes, block_class));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    std::memset(block, 1, bytes);
    blocks.emplace_back(block, block_class);
  }
  for (const auto& [block, block_class] : blocks) detail::give_block(block, block_class);
}

// One thread makes arrays and others let them go, some at their very end.
TEST(Memory, BlocksTravelBetweenThreads) {
  const size_t before = memory_stats().allocated;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      std::vector<Array> arrays;
      for (int i = 0; i < 3000; ++i) arrays.push_back(full({i % 40}, t));
      threads.emplace_back([mine = std::move(arrays), t]() mutable {
        thread_local std::vector<Array> kept;  // let go after the thread's cache was closed
        for (const Array& x : mine) {
          EXPECT_TRUE(x.numel() == 0 || (x.view<const int64_t, 1>()(0)) == t);
        }
        mine.resize(10);
        kept = std::move(mine);
        const Array made_here = empty({5});
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(memory_stats().allocated, before);
}

TEST(Memory, BytesText) {
  EXPECT_EQ(detail::bytes_text(0), "0 B");
  EXPECT_EQ(detail::bytes_text(1023), "1023 B");
  EXPECT_EQ(detail::bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(detail::bytes_text(SIZE_MAX), "16 EiB");
}

}  // namespace
}  // namespace tenon::testing
