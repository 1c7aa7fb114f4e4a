// Every block and thread that works on rows or columns, on the host: each element is taken once.
#include "tenon/core/cuda/row_plan.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::ColumnPlan;
using cuda_backend::RowPlan;

TEST(RowPlan, TakesEachElementOnce) {
  for (int64_t rows : {1, 3, 100}) {
    for (int64_t n : {1, 2, 8, 10, 31, 128, 1000, 8192, 8200, 33000}) {
      for (int width : {1, 2, 4, 8}) {
        if (n % width != 0) continue;
        const RowPlan plan(rows, n, width);
        std::vector<int> taken(static_cast<size_t>(rows * n));
        int64_t most = 0;
        for (int64_t block = 0; block < plan.blocks(); ++block) {
          for (int thread = 0; thread < plan.threads; ++thread) {
            const int64_t row = plan.row(block, thread);
            if (row >= rows) continue;
            const int lane = thread & ((1 << plan.lanes_log) - 1);
            for (int64_t u = 0;; ++u) {
              const int64_t first = RowPlan::pack(u, lane, plan.lanes_log) * width;
              if (first >= n) break;
              most = std::max(most, u + 1);
              for (int k = 0; k < width; ++k) ++taken[static_cast<size_t>(row * n + first + k)];
            }
          }
        }
        for (int times : taken) ASSERT_EQ(times, 1) << rows << " rows of " << n << ", width " << width;
        EXPECT_EQ(plan.held, most <= RowPlan::held_packs);
        EXPECT_LE(plan.threads, RowPlan::most_threads);
      }
    }
  }
}

TEST(ColumnPlan, TakesEachElementOnce) {
  for (int64_t outer : {1, 3, 50}) {
    for (int64_t n : {1, 2, 5, 300, 4000}) {
      for (int64_t inner : {2, 3, 33, 300}) {
        const ColumnPlan plan({outer, n, inner});
        std::vector<int> taken(static_cast<size_t>(outer * n * inner));
        for (int64_t block = 0; block < plan.blocks(); ++block) {
          for (int thread = 0; thread < ColumnPlan::threads; ++thread) {
            const ColumnPlan::Place at = plan.place(block, thread);
            ASSERT_EQ(at.lanes << plan.across_log, int{ColumnPlan::threads});
            if (!at.exists) continue;
            for (int64_t i = at.lane; i < n; i += at.lanes) ++taken[static_cast<size_t>(at.first + i * at.stride)];
            EXPECT_EQ(at.stride, inner);
          }
        }
        for (int times : taken) ASSERT_EQ(times, 1) << outer << ", " << n << ", " << inner;
      }
    }
  }
}

// Rows follow each other from thread to thread and block to block, lanes share a row's packs.
TEST(RowPlan, HoldsBeyond2To31) {
  const int64_t rows = (int64_t{1} << 31) + 5;
  const RowPlan many(rows, 12, 4);
  const int per_block = many.threads >> many.lanes_log;
  for (int64_t block :
       {int64_t{0}, (int64_t{1} << 31) / per_block - 1, (int64_t{1} << 31) / per_block, many.blocks() - 1}) {
    for (int k = 0; k < per_block; ++k) EXPECT_EQ(many.row(block, k << many.lanes_log), block * per_block + k);
  }
  EXPECT_LT(many.row(many.blocks() - 1, 0), rows);
  EXPECT_GE(many.row(many.blocks(), 0), rows);
  const RowPlan wide(2, (int64_t{1} << 33) + 8, 8);
  EXPECT_EQ(wide.blocks(), 2);
  EXPECT_EQ(RowPlan::pack((int64_t{1} << 30) / 512, 511, 9), (int64_t{1} << 30) + 511);
}

TEST(ColumnPlan, HoldsBeyond2To31) {
  const AxisLoop a{70000, 3, 70001};
  const ColumnPlan plan(a);
  const int across = 1 << plan.across_log;
  for (int64_t block : {int64_t{0}, (int64_t{1} << 31) / across, plan.blocks() - 1}) {
    for (int thread : {0, 1, across - 1}) {
      const ColumnPlan::Place at = plan.place(block, thread);
      EXPECT_EQ(at.column, block * across + thread);
      EXPECT_EQ(at.exists, at.column < a.outer * a.inner);
      EXPECT_EQ(at.first, at.column / a.inner * a.n * a.inner + at.column % a.inner);
    }
  }
  EXPECT_GE(plan.blocks() * across, a.outer * a.inner);
}

}  // namespace
}  // namespace tenon
