#include "tenon/core/cuda/chunks.h"

#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::Chunks;
using cuda_backend::Place;
using cuda_backend::Search;

constexpr int32_t chunk = 4096, threads = 256;

/// Arrays of these sizes, two to a group; every address says whose it is.
struct List {
  explicit List(std::vector<int64_t> all) : sizes(std::move(all)) {
    for (size_t k = 0; k < sizes.size(); ++k) {
      for (int o = 0; o < 2; ++o) views.push_back({address(k, o), &sizes[k], nullptr, 1, float32, row_major});
    }
  }
  static void* address(size_t group, int operand) {
    return reinterpret_cast<void*>((group + 1) * 16 + static_cast<size_t>(operand));
  }
  UpdateList list() const { return {views.data(), static_cast<int64_t>(sizes.size()), 2}; }

  std::vector<int64_t> sizes;
  std::vector<View> views;
};

/// As the threads of a block do it together.
int32_t search(const uint32_t* numbers, int32_t count, uint32_t wanted) {
  Search search{0, count};
  for (int rounds = 0; search.width > 1; ++rounds) {
    EXPECT_LT(rounds, 3);
    int32_t found = 0;
    for (int32_t t = 0; t < threads; ++t) {
      const bool low = search.is_low_enough(numbers, wanted, t, threads);
      EXPECT_TRUE(!low || found == t) << "the first threads are those that find it low enough";
      found += low;
    }
    search.narrow(found, threads);
    if (found == 0 || rounds > 3) return -1;
  }
  return search.low;
}

/// Walks all blocks, and sees each element once and in order.
void expect_covered(const List& list) {
  Chunks<2> chunks(chunk);
  std::vector<uint64_t> words(static_cast<size_t>(Chunks<2>::words_of(list.list().count)));
  const bool near = list.list().count <= Chunks<2>::near_groups;
  uint64_t* table = near ? chunks.near : words.data();
  ASSERT_TRUE(chunks.fill(list.list(), table));
  uint32_t block = 0;
  for (size_t k = 0; k < list.sizes.size(); ++k) {
    int64_t covered = 0;
    for (; covered < list.sizes[k]; ++block) {
      ASSERT_LT(block, chunks.blocks);
      const int32_t group = search(chunks.firsts(table), chunks.count, block);
      if (near) {
        ASSERT_EQ(chunks.group_of(block), group);
      }
      const Place<2> at = chunks.place(table, group, block);
      ASSERT_EQ(at.array[0], List::address(k, 0)) << "block " << block;
      ASSERT_EQ(at.array[1], List::address(k, 1)) << "block " << block;
      ASSERT_EQ(at.start, covered) << "block " << block;
      ASSERT_GT(at.n, 0);
      ASSERT_LE(at.n, chunk);
      covered += at.n;
    }
    ASSERT_EQ(covered, list.sizes[k]);
  }
  EXPECT_EQ(block, chunks.blocks);
}

TEST(Chunks, CoverEveryElementOnce) {
  expect_covered(List({0, 1, chunk - 1, 0, chunk, chunk + 1, 7, 5 * chunk, 2, 0}));
  expect_covered(List({5}));
  expect_covered(List(std::vector<int64_t>(64, chunk + 1)));
}

TEST(Chunks, CoverLongLists) {
  for (const size_t count : {65u, 255u, 256u, 257u, 512u, 513u, 2000u}) {
    std::vector<int64_t> sizes;
    for (size_t k = 0; k < count; ++k) sizes.push_back(static_cast<int64_t>(k * 7919 % 10007));
    sizes.back() = 0;
    expect_covered(List(sizes));
  }
}

TEST(Chunks, CoverMoreElementsThan32BitsCount) {
  expect_covered(List({3, (int64_t{1} << 31) - 1, 1, (int64_t{1} << 32) + 3, 5}));
}

TEST(Chunks, ALongListIsSearchedInTwoRoundsOrThree) {
  std::vector<uint32_t> numbers(100000);
  for (size_t k = 0; k < numbers.size(); ++k) numbers[k] = static_cast<uint32_t>(3 * k);
  for (const int32_t count : {1, 2, 256, 257, 65536, 65537, 100000}) {
    for (const int32_t wanted : {0, count / 3, count / 2, count - 2, count - 1}) {
      if (wanted < 0) continue;
      for (const uint32_t more : {0u, 2u}) {
        EXPECT_EQ(search(numbers.data(), count, static_cast<uint32_t>(3 * wanted) + more), wanted) << count;
      }
    }
  }
}

TEST(Chunks, AreCutByBytes) {
  EXPECT_EQ(cuda_backend::chunk_of(8), 2048);
  EXPECT_EQ(cuda_backend::chunk_of(2), 8192);
}

TEST(Chunks, NothingNeedsNoBlock) {
  const List list({0, 0});
  Chunks<2> chunks(chunk);
  ASSERT_TRUE(chunks.fill(list.list(), chunks.near));
  EXPECT_EQ(chunks.blocks, 0u);
}

TEST(Chunks, SayWhenOneLaunchCannotCoverThem) {
  const List most({(int64_t{1} << 31) * chunk - chunk});
  Chunks<2> chunks(chunk);
  EXPECT_TRUE(chunks.fill(most.list(), chunks.near));
  EXPECT_EQ(chunks.blocks, 2147483647u);
  const Place<2> last = chunks.place(chunks.near, chunks.group_of(chunks.blocks - 1), chunks.blocks - 1);
  EXPECT_EQ(last.start + last.n, most.sizes[0]);

  const List more({(int64_t{1} << 31) * chunk - chunk, 1});
  Chunks<2> too_many(chunk);
  EXPECT_FALSE(too_many.fill(more.list(), too_many.near));
}

}  // namespace
}  // namespace tenon
