// Every block and thread of a tiled copy, on the host.
#include "tenon/core/cuda/tiles.h"

#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using namespace cuda_backend;

Loop copy_loop(const std::vector<int64_t>& shape, const std::vector<int64_t>& out, const std::vector<int64_t>& x) {
  static float place;
  Loop loop{};
  loop.operands = 2;
  loop.axes = static_cast<int32_t>(shape.size());
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    loop.shape[axis] = shape[axis];
    loop.strides[0][axis] = out[axis];
    loop.strides[1][axis] = x[axis];
  }
  for (int o = 0; o < 2; ++o) {
    loop.data[o] = &place;
    loop.dtype[o] = float32;
  }
  return loop;
}

/// Where each output element's value comes from, and that nothing is written twice.
std::map<int64_t, int64_t> by_threads(const Tiles& tiles) {
  std::map<int64_t, int64_t> source;
  for (uint32_t block = 0; block < tiles.blocks(); ++block) {
    const Tiles::Place place = tiles.place(block);
    std::map<std::pair<uint32_t, uint32_t>, int64_t> tile;
    for (uint32_t i = 0; i < tile_size; ++i) {
      for (uint32_t thread = 0; thread < tile_size; ++thread) {
        const uint32_t row = place.row + thread, column = place.column + i;
        if (tiles.holds(row, column)) tile[{i, thread}] = tiles.x_at(place, row, column);
      }
    }
    for (uint32_t i = 0; i < tile_size; ++i) {
      for (uint32_t thread = 0; thread < tile_size; ++thread) {
        const uint32_t row = place.row + i, column = place.column + thread;
        if (!tiles.holds(row, column)) continue;
        EXPECT_EQ(tile.count({thread, i}), 1u);
        EXPECT_TRUE(source.emplace(tiles.out_at(place, row, column), tile[{thread, i}]).second);
      }
    }
  }
  return source;
}

std::map<int64_t, int64_t> by_loop(const Loop& loop) {
  std::map<int64_t, int64_t> source;
  for (int64_t i = 0; i < loop.numel(); ++i) {
    int64_t out = 0, x = 0, rest = i;
    for (int axis = 0; axis < loop.axes; ++axis) {
      out += rest % loop.shape[axis] * loop.strides[0][axis];
      x += rest % loop.shape[axis] * loop.strides[1][axis];
      rest /= loop.shape[axis];
    }
    source[out] = x;
  }
  return source;
}

TEST(Tiles, CopyEveryElementOnce) {
  const Loop loops[] = {
      copy_loop({32, 32}, {1, 32}, {32, 1}),
      copy_loop({100, 33}, {1, 100}, {33, 1}),
      copy_loop({16, 70}, {1, 20}, {75, 1}),                                 // both with gaps
      copy_loop({17, 49, 3}, {1, 17, 833}, {49, 1, 833}),                    // [3, 17, 49] to channels-last
      copy_loop({64, 2, 3, 40}, {1, 64, 128, 384}, {240, 40, 80, 1}),        // the input's axis is the last
      copy_loop({20, 5, 33, 2}, {1, 20, 100, 3300}, {33, 660 * 2, 1, 660}),  // in the middle
  };
  for (const Loop& loop : loops) {
    const int axis = tiled_axis(loop);
    ASSERT_GT(axis, 0);
    EXPECT_EQ(by_threads(tiles_of(loop, axis)), by_loop(loop));
  }
}

TEST(Tiles, AreForTurnedCopiesOnly) {
  EXPECT_EQ(tiled_axis(copy_loop({64}, {1}, {1})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({64, 64}, {1, 64}, {1, 128})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({64, 64}, {1, 64}, {0, 1})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({64, 64}, {2, 128}, {64, 1})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({64, 64}, {1, 64}, {128, 2})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({8, 64}, {1, 8}, {64, 1})), 0);
  EXPECT_EQ(tiled_axis(copy_loop({64, 8}, {1, 64}, {8, 1})), 0);
}

}  // namespace
}  // namespace tenon
