// Every block and thread of a scan, on the host: each element is taken once, pieces and lanes are in order.
#include "tenon/core/cuda/scan_plan.h"

#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::ColumnScanPlan;
using cuda_backend::RowScanPlan;

TEST(ScanPlan, RowsTakeEachElementOnce) {
  for (int64_t rows : {1, 2, 70}) {
    for (int64_t n : {1, 3, 4, 5, 100, 1024, 5000, 20000}) {
      const RowScanPlan plan(rows, n);
      std::vector<int> taken(static_cast<size_t>(rows * n));
      for (int64_t block = 0; block < plan.blocks(); ++block) {
        for (int thread = 0; thread < RowScanPlan::threads; ++thread) {
          const RowScanPlan::Place at = plan.place(block, thread);
          EXPECT_EQ(at.begin % plan.tile(), 0);
          EXPECT_LT(at.begin, at.end);
          for (int64_t tile = at.begin; at.exists && tile < at.end; tile += plan.tile()) {
            for (int k = 0; k < RowScanPlan::items; ++k) {
              const int64_t i = tile + at.lane * RowScanPlan::items + k;
              if (i < at.end) ++taken[static_cast<size_t>(at.row * n + i)];
            }
          }
        }
      }
      for (int times : taken) ASSERT_EQ(times, 1) << rows << " rows of " << n;
    }
  }
}

TEST(ScanPlan, ColumnsTakeEachElementOnce) {
  for (int64_t outer : {1, 4}) {
    for (int64_t n : {1, 63, 64, 200, 20000}) {
      for (int64_t inner : {2, 7, 100}) {
        const ColumnScanPlan plan({outer, n, inner});
        std::vector<int> taken(static_cast<size_t>(outer * n * inner));
        for (int64_t thread = 0; thread < plan.threads(); ++thread) {
          const ColumnScanPlan::Place at = plan.place(thread);
          EXPECT_EQ(at.begin, at.piece * plan.piece);
          EXPECT_EQ(thread, at.piece * outer * inner + at.column);
          for (int64_t i = at.begin; i < at.end; ++i) ++taken[static_cast<size_t>(at.first + i * at.stride)];
        }
        for (int times : taken) ASSERT_EQ(times, 1) << outer << ", " << n << ", " << inner;
      }
    }
  }
}

TEST(ScanPlan, HoldsBeyond2To31) {
  const int64_t rows = 3, n = (int64_t{1} << 32) + 5;
  const RowScanPlan plan(rows, n);
  std::vector<int64_t> end(static_cast<size_t>(rows));
  for (int64_t block = 0; block < plan.blocks(); ++block) {
    const RowScanPlan::Place at = plan.place(block, 0);
    if (!at.exists) continue;
    EXPECT_EQ(at.begin, end[static_cast<size_t>(at.row)]);  // where the piece before it ended
    EXPECT_EQ(at.piece, at.begin / plan.piece);
    end[static_cast<size_t>(at.row)] = at.end;
  }
  for (int64_t last : end) EXPECT_EQ(last, n);

  const AxisLoop a{3, int64_t{1} << 17, 9001};
  const ColumnScanPlan columns(a);
  for (int64_t thread : {int64_t{0}, int64_t{9000}, int64_t{9001}, columns.threads() - 1}) {
    const ColumnScanPlan::Place at = columns.place(thread);
    EXPECT_EQ(at.piece * a.outer * a.inner + at.column, thread);
    EXPECT_EQ(at.first, at.column / a.inner * a.n * a.inner + at.column % a.inner);
    EXPECT_EQ(at.begin, at.piece * columns.piece);
  }
  EXPECT_EQ(columns.place(columns.threads() - 1).end, a.n);
}

}  // namespace
}  // namespace tenon
