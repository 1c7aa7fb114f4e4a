// How a scan along an axis is shared out over threads. It depends on sizes alone.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/axis.h"

namespace tenon::inline v0::cuda_backend {

/// Rows (inner 1): the lanes of a row are neighbouring threads, four elements each in turn; a turn of all lanes is a
/// tile. Long rows are cut into pieces of whole tiles, a block each.
struct RowScanPlan {
  static constexpr int threads_log = 8, threads = 1 << threads_log, items = 4;

  int64_t rows, n, pieces, piece;
  LargeDivider row_blocks;
  int32_t lanes_log;

  RowScanPlan(int64_t row_count, int64_t size) : rows(row_count), n(size), lanes_log(0) {
    constexpr int64_t wanted_blocks = 1024, least_tiles = 4;
    while ((int64_t{items} << lanes_log) < n && lanes_log < threads_log) ++lanes_log;
    const int64_t blocks = ceil_div(rows, threads >> lanes_log), tiles = ceil_div(n, tile());
    row_blocks = LargeDivider(blocks);
    const int64_t wanted = ceil_div(wanted_blocks, blocks), possible = tiles / least_tiles;
    const int64_t count = possible < wanted ? possible : wanted;
    piece = (count <= 1 ? tiles : ceil_div(tiles, count)) * tile();
    pieces = ceil_div(n, piece);
  }
  TENON_INLINE int64_t tile() const { return int64_t{items} << lanes_log; }
  int64_t blocks() const { return row_blocks.divisor() * pieces; }

  struct Place {
    int64_t row, piece, begin, end;  ///< the piece's elements
    int32_t lane;
    bool exists;
  };
  TENON_INLINE Place place(int64_t block, int thread) const {
    Place at;
    at.piece = row_blocks.quotient(block);
    at.row = (block - at.piece * row_blocks.divisor()) * (threads >> lanes_log) + (thread >> lanes_log);
    at.exists = at.row < rows;
    at.lane = thread & ((1 << lanes_log) - 1);
    at.begin = at.piece * piece;
    at.end = at.begin + piece < n ? at.begin + piece : n;
    return at;
  }
};

/// Columns (inner > 1): a thread for each piece of each column.
struct ColumnScanPlan {
  int64_t n, pieces, piece;
  LargeDivider columns, inner;

  explicit ColumnScanPlan(const AxisLoop& a) : n(a.n), columns(a.outer * a.inner), inner(a.inner) {
    constexpr int64_t wanted_threads = 65536, least_elements = 64, most_pieces = 256;
    const int64_t wanted = ceil_div(wanted_threads, columns.divisor()), possible = n / least_elements;
    int64_t count = possible < wanted ? possible : wanted;
    if (count > most_pieces) count = most_pieces;
    piece = count <= 1 ? n : ceil_div(n, count);
    pieces = ceil_div(n, piece);
  }
  int64_t threads() const { return columns.divisor() * pieces; }

  struct Place {
    int64_t column, piece, begin, end;
    int64_t first, stride;  ///< where the column begins, and from an element to the next
  };
  TENON_INLINE Place place(int64_t thread) const {
    Place at;
    at.piece = columns.quotient(thread);
    at.column = thread - at.piece * columns.divisor();
    at.begin = at.piece * piece;
    at.end = at.begin + piece < n ? at.begin + piece : n;
    at.stride = inner.divisor();
    const int64_t o = inner.quotient(at.column);
    at.first = o * n * at.stride + (at.column - o * at.stride);
    return at;
  }
};

}  // namespace tenon::inline v0::cuda_backend
