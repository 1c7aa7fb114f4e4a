// How rows, or columns, are shared out over threads where each is looked at several times.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/axis.h"

namespace tenon::inline v0::cuda_backend {

/// Rows of n elements, one after the other. The lanes of a row are neighbouring threads of one block; lane l has the
/// packs l, l + lanes, ...
struct RowPlan {
  static constexpr int most_threads = 512, held_packs = 4;

  int64_t rows, n;
  int32_t lanes_log, threads;
  bool held;  ///< a lane has at most held_packs packs

  /// In packs of `width`, which n is a multiple of.
  RowPlan(int64_t row_count, int64_t size, int width) : rows(row_count), n(size), lanes_log(0) {
    const int64_t packs = size / width;
    while ((int64_t{held_packs} << lanes_log) < packs && (1 << lanes_log) < most_threads) ++lanes_log;
    held = packs <= int64_t{held_packs} << lanes_log;
    threads = 1 << lanes_log < 256 ? 256 : 1 << lanes_log;
  }
  int64_t blocks() const { return ceil_div(rows, threads >> lanes_log); }
  /// A lane's pack number u.
  TENON_INLINE static int64_t pack(int64_t u, int lane, int lanes_log) { return (u << lanes_log) + lane; }
  /// The row that a thread works on; there may be fewer.
  TENON_INLINE int64_t row(int64_t block, int thread) const {
    return block * (threads >> lanes_log) + (thread >> lanes_log);
  }
};

/// Columns of an AxisLoop: column c lies at (c / inner) * n * inner + c % inner, its elements `inner` apart. A block
/// has 2^across_log neighbouring columns, whose lanes lie a row of threads apart.
struct ColumnPlan {
  static constexpr int threads_log = 8, threads = 1 << threads_log;

  int64_t columns, n;
  LargeDivider inner;
  int32_t across_log;

  explicit ColumnPlan(const AxisLoop& a) : columns(a.outer * a.inner), n(a.n), inner(a.inner), across_log(0) {
    // Neighbours in memory stay neighbours in a warp; short columns have few lanes.
    while (across_log < threads_log && 1 << across_log < columns &&
           (across_log < 5 || int64_t{4} << (threads_log - across_log) > n)) {
      ++across_log;
    }
  }
  int64_t blocks() const { return ceil_div(columns, int64_t{1} << across_log); }

  struct Place {
    int64_t column, first, stride;  ///< where the column begins, and from an element to the next
    int32_t lane, lanes;
    bool exists;
  };
  TENON_INLINE Place place(int64_t block, int thread) const {
    Place at;
    at.column = (block << across_log) + (thread & ((1 << across_log) - 1));
    at.exists = at.column < columns;
    at.stride = inner.divisor();
    const int64_t o = inner.quotient(at.column);
    at.first = o * n * at.stride + (at.column - o * at.stride);
    at.lane = thread >> across_log;
    at.lanes = threads >> across_log;
    return at;
  }
};

}  // namespace tenon::inline v0::cuda_backend
