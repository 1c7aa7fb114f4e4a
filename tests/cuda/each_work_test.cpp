// Every thread of tril and triu, of the kernels over channels, and of those around CUB's sort, on the host.
#include <algorithm>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/cuda/channels.h"
#include "tenon/core/cuda/sort_rows.h"
#include "tenon/core/cuda/triangle.h"

namespace tenon {
namespace {

using namespace cuda_backend;

template <bool upper, int V>
void check_triangle(int64_t batch, int64_t rows, int64_t columns, int64_t diagonal) {
  struct alignas(16) Four {
    uint32_t v[4];
  };
  const int64_t total = batch * rows * columns;
  std::vector<Four> x(static_cast<size_t>(total) / 4 + 1), out(x.size(), Four{{9, 9, 9, 9}});
  std::iota(x[0].v, x[0].v + total, 1u);
  const Triangle<upper, uint32_t, V> work{out[0].v, x[0].v, LargeDivider(columns), LargeDivider(rows), diagonal};
  for (int64_t pack = 0; pack < total / V; ++pack) work(pack);
  for (int64_t i = 0; i < total; ++i) {
    const int64_t row = i / columns % rows, column = i % columns;
    const bool kept = upper ? column >= row + diagonal : column <= row + diagonal;
    ASSERT_EQ(out[0].v[i], kept ? x[0].v[i] : 0) << row << ", " << column << " of " << rows << " x " << columns;
  }
}

TEST(Triangle, KeepsWhatLiesOnItsSide) {
  for (int64_t batch : {1, 3}) {
    for (int64_t rows : {1, 5}) {
      for (int64_t columns : {1, 4, 7, 8}) {
        for (int64_t diagonal : {-6, -1, 0, 2, 9}) {
          check_triangle<true, 1>(batch, rows, columns, diagonal);
          check_triangle<false, 1>(batch, rows, columns, diagonal);
          if (columns % 4 != 0) continue;
          check_triangle<true, 4>(batch, rows, columns, diagonal);
          check_triangle<false, 4>(batch, rows, columns, diagonal);
        }
      }
    }
  }
}

TEST(Channels, OfEveryElement) {
  for (const AxisLoop& a : {AxisLoop{2, 3, 5}, AxisLoop{4, 8, 1}, AxisLoop{1, 1, 7}}) {
    const Channels channels(a);
    for (int64_t i = 0; i < a.outer * a.n * a.inner; ++i) ASSERT_EQ(channels.of(i), i / a.inner % a.n);
    for (int width : {2, 4, 8}) {
      if (!channels.packs_fit(width)) continue;
      // A pack lies within a channel, or has neighbouring ones.
      for (int64_t i = 0; i < a.outer * a.n * a.inner; i += width) {
        for (int k = 0; k < width; ++k) EXPECT_EQ(channels.of(i + k), channels.of(i) + (channels.across ? k : 0));
      }
    }
  }
}

TEST(Channels, Beyond32Bits) {
  const AxisLoop a{3, int64_t{1} << 20, 3000};
  const Channels channels(a);
  for (int64_t i :
       {int64_t{INT32_MAX}, int64_t{INT32_MAX} + 1, a.n * a.inner - 1, a.n * a.inner, 2 * a.n * a.inner + 5}) {
    EXPECT_EQ(channels.of(i), i / a.inner % a.n);
  }
}

TEST(SortRows, TakesTheFirstOfEachRow) {
  const int64_t rows = 3, size = 7;
  for (int64_t count : {1, 4, 7}) {
    std::vector<uint32_t> x, keys(rows * size), positions(rows * size), values(static_cast<size_t>(rows * count));
    std::vector<int64_t> indices(values.size());
    for (uint32_t i = 0; i < rows * size; ++i) x.push_back(i * 2654435761u % 1000);
    const MakePairs<uint32_t> pairs{keys.data(), positions.data(), x.data(), {int32, false}, LargeDivider(size)};
    for (int64_t i = 0; i < rows * size; ++i) pairs(i);
    for (int64_t row = 0; row < rows; ++row) {
      std::stable_sort(positions.begin() + row * size, positions.begin() + (row + 1) * size,
                       [&](uint32_t p, uint32_t q) {
                         return keys[static_cast<size_t>(row * size) + p] < keys[static_cast<size_t>(row * size) + q];
                       });
    }
    const TakeFirst<uint32_t> take{values.data(),    indices.data(),      x.data(),
                                   positions.data(), LargeDivider(count), size};
    for (int64_t i = 0; i < rows * count; ++i) take(i);
    for (int64_t row = 0; row < rows; ++row) {
      std::vector<uint32_t> sorted(x.begin() + row * size, x.begin() + (row + 1) * size);
      std::sort(sorted.begin(), sorted.end());
      for (int64_t k = 0; k < count; ++k) {
        const auto at = static_cast<size_t>(row * count + k);
        EXPECT_EQ(values[at], sorted[static_cast<size_t>(k)]);
        EXPECT_EQ(values[at], x[static_cast<size_t>(row * size + indices[at])]);
      }
    }
  }
}

}  // namespace
}  // namespace tenon
