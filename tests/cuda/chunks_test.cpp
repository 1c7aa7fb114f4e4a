#include "tenon/core/cuda/chunks.h"

#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::chunk_size;
using cuda_backend::Chunks;

struct Lists {
  explicit Lists(std::vector<int64_t> all) : sizes(std::move(all)) {
    for (size_t k = 0; k < sizes.size(); ++k) {
      for (uintptr_t o = 0; o < 3; ++o) {
        views.push_back({reinterpret_cast<void*>((k + 1) * 16 + o), &sizes[k], nullptr, 1, float32, row_major});
      }
    }
  }
  std::vector<int64_t> sizes;
  std::vector<View> views;
};

TEST(Chunks, CoverEveryElementOnce) {
  const Lists lists(
      {0, 1, chunk_size - 1, 0, chunk_size, chunk_size + 1, 7, 5 * chunk_size, (int64_t{1} << 32) + 3, 2, 0});
  Chunks<2, 16> chunks;
  for (size_t k = 0; k < lists.sizes.size(); ++k) ASSERT_TRUE(chunks.add(&lists.views[3 * k], {2, 0}));
  ASSERT_EQ(chunks.count, 8);  // empty ones take no place

  std::vector<int64_t> filled;  // sizes that are not 0
  for (int64_t n : lists.sizes) {
    if (n > 0) filled.push_back(n);
  }
  std::vector<int64_t> covered(filled.size(), 0);
  for (uint32_t block = 0; block < chunks.blocks; ++block) {
    const int32_t group = chunks.group_of(block);
    const int64_t start = chunks.start_of(group, block);
    ASSERT_EQ(start, covered[static_cast<size_t>(group)]) << "block " << block;  // in order, without gaps
    const int32_t n = chunks.size_of_chunk(group, start);
    ASSERT_GT(n, 0);
    ASSERT_LE(n, chunk_size);
    covered[static_cast<size_t>(group)] += n;
  }
  EXPECT_EQ(covered, filled);
}

TEST(Chunks, HoldTheOperandsThatWereAskedFor) {
  const Lists lists({5, 9});
  Chunks<2, 4> chunks;
  for (size_t k = 0; k < 2; ++k) ASSERT_TRUE(chunks.add(&lists.views[3 * k], {2, 0}));
  EXPECT_EQ(chunks.array[0][0], reinterpret_cast<void*>(18));
  EXPECT_EQ(chunks.array[0][1], reinterpret_cast<void*>(16));
  EXPECT_EQ(chunks.array[1][0], reinterpret_cast<void*>(34));
  EXPECT_EQ(chunks.numel[1], 9);
}

TEST(Chunks, SayWhenTheyAreFull) {
  const Lists lists({1, 1, 1});
  Chunks<1, 2> chunks;
  EXPECT_TRUE(chunks.add(&lists.views[0], {0}));
  EXPECT_TRUE(chunks.add(&lists.views[3], {0}));
  EXPECT_FALSE(chunks.add(&lists.views[6], {0}));
  EXPECT_EQ(chunks.blocks, 2u);

  const Lists large({int64_t{1} << 42, int64_t{1} << 42});
  Chunks<1, 2> many;
  EXPECT_TRUE(many.add(&large.views[0], {0}));
  EXPECT_FALSE(many.add(&large.views[3], {0}));  // more blocks than a launch may have
}

}  // namespace
}  // namespace tenon
