// What every kind of memory promises: the CPU's, a device's, pinned host memory. CUDA's where there is a GPU.
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "tenon/core/backends.h"
#include "tenon/core/memory.h"
#include "tenon/core/memory/big_blocks.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/bytes_text.h"
#include "tenon/core/memory/detail/device_state.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/streams.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {
namespace {

using detail::CachingAllocator;
using detail::device_state;

constexpr size_t KiB = 1024, MiB = 1024 * KiB;

/// A kind of memory behind one set of calls.
struct Kind {
  const char* name;
  Device (*device)();  ///< whose streams order its use; null: the host's memory
  bool pinned = false;
  int random_calls = 0;

  bool is_there() const { return std::string_view(name).find("cuda") == std::string_view::npos || cuda_is_available(); }
  CachingAllocator& allocator() const {
    return pinned ? *device_state(device()).pinned : device_state(device()).memory;
  }
  /// How its out-of-memory errors begin.
  std::string subject() const {
    return !device ? "out of memory on cpu: "
                   : text("out of memory on ", device(), pinned ? " (pinned host memory): " : ": ");
  }

  char* take(size_t bytes, void* stream = nullptr) const {
    return static_cast<char*>(device ? allocator().take(bytes, stream) : detail::take_big_block(bytes));
  }
  void give(char* block) const { device ? allocator().give(block) : detail::give_big_block(block); }
  MemoryStats stats() const { return device ? allocator().stats() : memory_stats(); }
  void reset_peak() const { device ? allocator().reset_peak() : reset_peak_memory_stats(); }
  void empty() const { device ? allocator().empty_cache() : empty_cache(); }
  void set_limit(size_t bytes) const { device ? allocator().set_limit(bytes) : set_memory_limit(cpu, bytes); }
  void note_use(const char* block, const Stream& stream) const {
    allocator().note_use(block, device().index, stream.native());
  }
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Conformance : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (!memory.is_there()) GTEST_SKIP() << "there is no GPU";
    if (!memory.device && !detail::cache_host_memory) GTEST_SKIP() << "no cache under sanitizers";
    memory.empty();
    before = memory.stats();
  }
  void TearDown() override {
    if (IsSkipped()) return;
    memory.set_limit(0);
    memory.empty();
    EXPECT_EQ(memory.stats().allocated, before.allocated);
    EXPECT_EQ(memory.stats().reserved, before.reserved);
  }
  size_t allocated() const { return memory.stats().allocated - before.allocated; }
  size_t reserved() const { return memory.stats().reserved - before.reserved; }

  const Kind& memory = GetParam();
  MemoryStats before;
};

TEST_P(Conformance, BlocksAreAlignedAndApart) {
  std::map<char*, size_t> blocks;
  for (const size_t bytes : {size_t{1}, size_t{511}, 512 * KiB, MiB, MiB + 1, 10 * MiB, 11 * MiB}) {
    char* block = memory.take(bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % (memory.device && !memory.pinned ? 256 : 64), 0u);
    blocks[block] = bytes;
    if (!memory.device || memory.pinned) std::memset(block, 0x5a, bytes);
  }
  const char* end = nullptr;
  for (const auto& [block, bytes] : blocks) {
    EXPECT_GE(block, end);
    end = block + bytes;
  }
  for (const auto& [block, bytes] : blocks) memory.give(block);
}

TEST_P(Conformance, WhatIsGivenBackIsUsedAgain) {
  char* a = memory.take(3 * MiB);
  memory.give(a);
  EXPECT_EQ(memory.take(3 * MiB), a);
  EXPECT_EQ(memory.take(MiB + 1), a + 3 * MiB);  // what the segment has besides
  memory.give(a + 3 * MiB);
  memory.give(a);
  EXPECT_EQ(memory.take(8 * MiB), a);  // neighbours are joined
  memory.give(a);
  EXPECT_EQ(allocated(), 0u);
  EXPECT_GE(reserved(), 8 * MiB);
  memory.empty();
  EXPECT_EQ(reserved(), 0u);
}

TEST_P(Conformance, StatisticsAndPeak) {
  memory.reset_peak();
  const size_t peak = memory.stats().peak;
  char* a = memory.take(2 * MiB);
  EXPECT_EQ(allocated(), 2 * MiB);
  memory.give(memory.take(3 * MiB));
  EXPECT_EQ(allocated(), 2 * MiB);
  EXPECT_EQ(memory.stats().peak - peak, 5 * MiB);
  EXPECT_GE(reserved(), 5 * MiB);
  memory.reset_peak();
  EXPECT_EQ(memory.stats().peak - peak, 2 * MiB);
  memory.empty();  // what is in use stays
  EXPECT_EQ(allocated(), 2 * MiB);
  memory.give(a);
}

TEST_P(Conformance, LimitAndItsError) {
  const size_t limit = before.reserved + 4 * MiB + 512 * KiB;
  memory.set_limit(limit);
  EXPECT_EQ(memory.stats().limit, limit);
  char* kept = memory.take(2 * MiB);
  memory.give(memory.take(MiB));
  char* other = memory.take(2 * MiB);  // fits once the cache is given back
  try {
    memory.take(4 * MiB);
    ADD_FAILURE() << "beyond the limit";
  } catch (const OutOfMemoryError& error) {
    const std::string what = error.what();
    EXPECT_EQ(what.find(memory.subject() + "4 MiB asked, "), 0u) << what;
    EXPECT_NE(what.find(detail::bytes_text(memory.stats().allocated) + " in use, "), what.npos) << what;
    EXPECT_NE(what.find(" cached"), what.npos) << what;
    if (memory.device) {  // the CPU's limit holds for small blocks as well, and lies elsewhere
      EXPECT_NE(what.find(", limit " + detail::bytes_text(limit)), what.npos) << what;
      EXPECT_EQ(what.find(" free, limit") != what.npos, !memory.pinned) << what;
    }
  }
  memory.set_limit(0);
  char* now = memory.take(4 * MiB);
  for (char* block : {kept, other, now}) memory.give(block);
}

TEST_P(Conformance, MoreThanThereIs) {
  try {
    memory.take(size_t{1} << 50);
    ADD_FAILURE() << "a petabyte";
  } catch (const OutOfMemoryError& error) {
    EXPECT_EQ(std::string(error.what()).find(memory.subject() + "1 PiB asked, "), 0u) << error.what();
  }
  memory.give(memory.take(MiB));
}

TEST_P(Conformance, AnotherStreamGetsOtherMemory) {
  if (!memory.device || memory.pinned) return;
  const Stream side(memory.device());
  char* a = memory.take(2 * MiB);
  memory.give(a);
  char* b = memory.take(2 * MiB, side.native());
  EXPECT_NE(a, b);
  memory.give(b);
}

/// Puts something on a stream that takes a while, and says when it is done.
Event work_on(const Stream& stream) {
  const StreamScope scope(stream);
  Array x = zeros({1 << 16}, float32, stream.device());
  for (int i = 0; i < 20; ++i) x += 1;
  return Event(stream);
}

TEST_P(Conformance, ABlockWaitsForTheStreamsThatUsedIt) {
  if (!memory.device) return;
  const Stream side(memory.device());
  for (uint64_t seed = 0; seed < 20; ++seed) {
    seed_fake(seed);
    char* a = memory.take(2 * MiB);
    memory.note_use(a + MiB, side);
    const Event used = work_on(side);
    memory.give(a);
    char* b = memory.take(2 * MiB);
    EXPECT_TRUE(b != a || used.done());
    used.synchronize();
    side.synchronize();
    memory.give(b);
    char* again[] = {memory.take(2 * MiB), memory.take(2 * MiB)};
    EXPECT_TRUE(again[0] == a || again[1] == a);
    for (char* block : again) memory.give(block);
    memory.empty();
  }
}

TEST_P(Conformance, WaitsForAStreamRatherThanFail) {
  if (!memory.device) return;
  const Stream side(memory.device());
  work_on(side).synchronize();
  char* a = memory.take(12 * MiB);
  memory.note_use(a, side);
  memory.set_limit(memory.stats().reserved);
  const Event used(side);
  memory.give(a);
  EXPECT_EQ(memory.take(12 * MiB), a);
  EXPECT_TRUE(used.done());
  memory.give(a);
}

/// Any order of calls. Blocks never overlap live ones; what streams may still be using is not handed out to others.
class RandomCalls {
 public:
  RandomCalls(const Kind& memory, uint64_t seed) : memory_(memory), random_(seed) {
    if (!memory_.device) return;
    streams_.push_back(Stream::default_of(memory_.device()));
    if (!memory_.pinned) streams_.emplace_back(memory_.device());
    users_ = {Stream(memory_.device()), Stream(memory_.device())};
  }

  void run(int calls) {
    const MemoryStats start = memory_.stats();
    for (int i = 0; i < calls && !::testing::Test::HasFailure(); ++i) {
      call();
      if (i % 100 == 0) check(start);
    }
    memory_.set_limit(0);
    while (!live_.empty()) give(live_.begin());
  }

  int refused() const { return refused_; }

 private:
  struct Block {
    size_t bytes;
    size_t stream;
    uint32_t users = 0;
  };
  using Live = std::map<char*, Block>;
  /// Memory that went back, and what must have passed before another stream gets it, or its own.
  struct Ghost {
    char* begin;
    size_t bytes, stream;
    std::vector<Event> own, users;
  };

  size_t below(size_t n) { return random_() % n; }

  void call() {
    const size_t kind = below(1000);
    if (kind < 480) return take();
    if (kind < 950) {
      if (!live_.empty()) give(any());
    } else if (kind < 990) {
      if (!live_.empty() && !users_.empty()) use(any());
    } else if (kind < 992) {
      memory_.empty();
    } else if (kind < 996) {
      memory_.set_limit(below(2) ? 0 : memory_.stats().reserved + below(8 * MiB));
    } else if (!users_.empty()) {
      users_[below(users_.size())].synchronize();
    }
  }

  Live::iterator any() {
    auto at = live_.lower_bound(live_.begin()->first +
                                below(static_cast<size_t>(live_.rbegin()->first - live_.begin()->first) + 1));
    return at == live_.end() ? live_.begin() : at;
  }

  void take() {
    if (live_.size() > 60) return give(any());
    const size_t sizes[] = {4 * KiB, 100 * KiB, 3 * MiB, 24 * MiB};
    const size_t bytes = 1 + below(sizes[std::min(below(8), below(4))]),
                 stream = streams_.empty() ? 0 : below(streams_.size());
    char* block = nullptr;
    try {
      block = memory_.take(bytes, streams_.empty() ? nullptr : streams_[stream].native());
    } catch (const OutOfMemoryError& error) {
      ++refused_;
      EXPECT_EQ(std::string_view(error.what()).find(memory_.subject() + detail::bytes_text(bytes) + " asked, "), 0u)
          << error.what();
      return;
    }
    const auto next = live_.lower_bound(block);
    ASSERT_TRUE(next == live_.end() || block + bytes <= next->first);
    ASSERT_TRUE(next == live_.begin() || std::prev(next)->first + std::prev(next)->second.bytes <= block);
    for (const Ghost& ghost : ghosts_) {
      if (ghost.begin + ghost.bytes <= block || block + bytes <= ghost.begin) continue;
      for (const Event& event : ghost.users) ASSERT_TRUE(event.done()) << "a stream still uses it";
      if (ghost.stream == stream) continue;
      for (const Event& event : ghost.own) ASSERT_TRUE(event.done()) << "its own stream is not through";
    }
    live_[block] = {bytes, stream};
  }

  void use(Live::iterator at) {
    const size_t user = below(users_.size());
    memory_.note_use(at->first + below(at->second.bytes), users_[user]);
    at->second.users |= 1u << user;
  }

  void give(Live::iterator at) {
    const auto [begin, block] = *at;
    if (!streams_.empty() && (block.users || below(4) == 0)) {
      Ghost ghost{begin, block.bytes, block.stream, {}, {}};
      ghost.own.emplace_back(streams_[block.stream]);
      for (size_t u = 0; u < users_.size(); ++u) {
        if (block.users >> u & 1) ghost.users.emplace_back(users_[u]);
      }
      if (ghosts_.size() >= 40) ghosts_.erase(ghosts_.begin());
      ghosts_.push_back(std::move(ghost));
    }
    live_.erase(at);
    memory_.give(begin);
  }

  void check(const MemoryStats& start) {
    size_t sum = 0;
    for (const auto& [begin, block] : live_) sum += block.bytes;
    const MemoryStats now = memory_.stats();
    EXPECT_GE(now.allocated - start.allocated, sum);
    EXPECT_GE(now.reserved, now.allocated);
    EXPECT_GE(now.peak, now.allocated);
  }

  const Kind& memory_;
  std::mt19937_64 random_;
  std::vector<Stream> streams_, users_;
  Live live_;
  std::vector<Ghost> ghosts_;
  int refused_ = 0;
};

TEST_P(Conformance, RandomCalls) {
  if (std::string_view(memory.name) == "fake") set_fake_capacity(100 * MiB);
  seed_fake(1);
  RandomCalls calls(memory, 2);
  calls.run(memory.random_calls);
  EXPECT_GT(calls.refused(), 0);
  set_fake_capacity(256 * MiB);
}

INSTANTIATE_TEST_SUITE_P(Memory, Conformance,
                         ::testing::Values(Kind{"cpu", nullptr, false, 20000},
                                           Kind{"fake", [] { return fake(); }, false, 100000},
                                           Kind{"pinned", [] { return fake(); }, true, 100000},
                                           Kind{"cuda", [] { return cuda(); }, false, 20000},
                                           Kind{"cuda_pinned", [] { return cuda(); }, true, 5000}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace tenon::testing
