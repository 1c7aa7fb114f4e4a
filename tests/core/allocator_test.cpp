// How the caching allocator cuts and keeps memory. What any memory promises: allocator_conformance_test.cpp.
#include <cstdlib>

#include <gtest/gtest.h>

#include "tenon/core/memory/detail/caching_allocator.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

using detail::CachingAllocator;

constexpr size_t KiB = 1024, MiB = 1024 * KiB;

/// A source that counts, and events that pass when the test says so.
struct Source {
  static inline int segments, events;
  static inline size_t most;
  static inline bool passed;
  DeviceFunctions functions;

  Source() {
    segments = events = 0;
    most = SIZE_MAX;
    passed = false;
    functions.allocate = [](int32_t, size_t bytes, void** memory) -> Status {
      *memory = bytes <= most ? std::malloc(bytes) : nullptr;
      segments += *memory != nullptr;
      return {*memory ? StatusCode::ok : StatusCode::out_of_memory};
    };
    functions.release = [](int32_t, void* memory) -> Status {
      std::free(memory);
      --segments;
      return {};
    };
    functions.create_event = [](int32_t, void** event) -> Status {
      *event = &events;
      ++events;
      return {};
    };
    functions.destroy_event = [](int32_t, void*) -> Status {
      --events;
      return {};
    };
    functions.record_event = [](int32_t, void*, void*) -> Status { return {}; };
    functions.query_event = [](int32_t, void*, bool* done) -> Status {
      *done = passed;
      return {};
    };
    functions.synchronize_event = [](int32_t, void*) -> Status {
      passed = true;
      return {};
    };
  }
};

struct CachingAllocatorTest : ::testing::Test {
  Source source;
  CachingAllocator memory{cpu, source.functions};
  char stream_tag = 0;
  void* other_stream = &stream_tag;

  ~CachingAllocatorTest() override { memory.empty_cache(); }
};

TEST_F(CachingAllocatorTest, SplitsAndJoins) {
  char* a = static_cast<char*>(memory.take(1000, nullptr));
  char* b = static_cast<char*>(memory.take(100 * KiB, nullptr));
  char* c = static_cast<char*>(memory.take(1, nullptr));
  EXPECT_EQ(Source::segments, 1);
  EXPECT_EQ(b, a + 1024);
  EXPECT_EQ(c, b + 100 * KiB);
  EXPECT_EQ(memory.stats().allocated, 1024 + 100 * KiB + 512);
  EXPECT_EQ(memory.stats().reserved, 2 * MiB);
  memory.give(a);
  memory.give(c);
  memory.give(b);  // joins with both neighbours
  EXPECT_EQ(memory.take(MiB, nullptr), a);
  EXPECT_EQ(Source::segments, 1);
  memory.give(a);
  EXPECT_EQ(memory.stats().allocated, 0u);
  memory.empty_cache();
  EXPECT_EQ(Source::segments, 0);
  EXPECT_EQ(memory.stats().reserved, 0u);
}

TEST_F(CachingAllocatorTest, TakesTheBlockThatFitsBest) {
  void* large = memory.take(300 * KiB, nullptr);
  void* wall = memory.take(1, nullptr);
  void* small = memory.take(200 * KiB, nullptr);
  void* next = memory.take(MiB, nullptr);
  void* rest = memory.take(MiB - 500 * KiB - 512, nullptr);
  memory.give(large);
  memory.give(small);
  EXPECT_EQ(memory.take(150 * KiB, nullptr), small);
  EXPECT_EQ(memory.take(250 * KiB, nullptr), large);
  for (void* block : {large, wall, small, next, rest}) memory.give(block);
}

TEST_F(CachingAllocatorTest, LargeBlocksKeepSmallRests) {
  void* a = memory.take(11 * MiB + 1, nullptr);
  EXPECT_EQ(memory.stats().allocated, 12 * MiB);  // less than 1 MiB is not worth a block
  void* b = memory.take(2 * MiB, nullptr);        // from a segment of 20 MiB
  void* c = memory.take(3 * MiB, nullptr);
  EXPECT_EQ(Source::segments, 2);
  for (void* block : {a, b, c}) memory.give(block);
}

TEST_F(CachingAllocatorTest, ABlockWaitsForTheStreamsThatUsedIt) {
  char* a = static_cast<char*>(memory.take(MiB, nullptr));
  memory.note_use(a + 1000, 0, other_stream);  // anywhere inside
  memory.note_use(a, 0, other_stream);
  memory.note_use(a, 0, nullptr);  // its own
  memory.give(a);
  EXPECT_EQ(Source::events, 1);
  void* b = memory.take(MiB, nullptr);
  EXPECT_NE(b, a);
  Source::passed = true;
  EXPECT_EQ(memory.take(MiB, nullptr), a);
  EXPECT_EQ(Source::events, 0);
  memory.give(a);
  memory.give(b);
}

TEST_F(CachingAllocatorTest, GivesItsCacheBackBeforeItFails) {
  memory.set_limit(4 * MiB);
  memory.give(memory.take(MiB, other_stream));
  void* a = memory.take(2 * MiB, nullptr);  // not the 20 MiB that it would like
  EXPECT_EQ(memory.stats().reserved, 2 * MiB);
  Source::most = MiB;
  expect_error<OutOfMemoryError>([&] { memory.take(3 * MiB / 2, nullptr); },
                                 "out of memory on cpu: 1.5 MiB asked, 2 MiB in use, 0 B cached, limit 4 MiB");
  memory.give(a);
}

}  // namespace
}  // namespace tenon::testing
