// How a copy between two orders is cut into square tiles, which are read along one axis and written along the other.
// For host and device.
#pragma once
#include "tenon/core/cuda/walk.h"

namespace tenon::inline v0::cuda_backend {

inline constexpr uint32_t tile_size = 32, tile_threads_down = 8;

/// A loop with an axis along which the output is contiguous (columns) and another along which the input is (rows).
struct Tiles {
  Walk<2> others;  ///< all further axes
  uint32_t columns, rows;
  Divider across, down;  ///< tiles of the two axes
  int32_t out_row, x_column;

  /// The first row and column of a block's tile, and the offsets of its matrix.
  struct Place {
    uint32_t row, column;
    int32_t at[2];
  };
  TENON_INLINE Place place(uint32_t block) const {
    const uint32_t line = across.quotient(block), matrix = down.quotient(line);
    Place p;
    p.column = (block - line * across.size) * tile_size;
    p.row = (line - matrix * down.size) * tile_size;
    others.offsets(matrix, p.at);
    return p;
  }
  TENON_INLINE bool holds(uint32_t row, uint32_t column) const { return row < rows && column < columns; }
  TENON_INLINE int32_t out_at(const Place& p, uint32_t row, uint32_t column) const {
    return p.at[0] + static_cast<int32_t>(row) * out_row + static_cast<int32_t>(column);
  }
  TENON_INLINE int32_t x_at(const Place& p, uint32_t row, uint32_t column) const {
    return p.at[1] + static_cast<int32_t>(column) * x_column + static_cast<int32_t>(row);
  }
  uint32_t blocks() const { return across.size * down.size * others.count; }
};

/// The axis along which the input of a copy is contiguous, where tiles are worth it; 0: none. The loop is small.
inline int tiled_axis(const Loop& loop) {
  if (!loop.data[1] || loop.strides[0][0] != 1 || loop.strides[1][0] == 1 || loop.strides[1][0] == 0) return 0;
  if (loop.shape[0] < tile_size / 2) return 0;
  for (int axis = 1; axis < loop.axes; ++axis) {
    if (loop.strides[1][axis] == 1 && loop.shape[axis] >= tile_size / 2) return axis;
  }
  return 0;
}

inline Tiles tiles_of(const Loop& loop, int row_axis) {
  const auto tiles = [](int64_t n) { return Divider(static_cast<uint32_t>((n + tile_size - 1) / tile_size)); };
  Loop others = loop;
  others.axes = 0;
  for (int axis = 1; axis < loop.axes; ++axis) {
    if (axis == row_axis) continue;
    others.shape[others.axes] = loop.shape[axis];
    for (int o = 0; o < 2; ++o) others.strides[o][others.axes] = loop.strides[o][axis];
    ++others.axes;
  }
  if (others.axes == 0) {
    others.axes = 1;
    others.shape[0] = 1;
  }
  return {walk_of<2>(others, 1),
          static_cast<uint32_t>(loop.shape[0]),
          static_cast<uint32_t>(loop.shape[row_axis]),
          tiles(loop.shape[0]),
          tiles(loop.shape[row_axis]),
          static_cast<int32_t>(loop.strides[0][row_axis]),
          static_cast<int32_t>(loop.strides[1][0])};
}

}  // namespace tenon::inline v0::cuda_backend
