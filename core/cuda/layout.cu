#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/tiles.h"

namespace tenon::inline v0::cuda_backend {

namespace {

struct Identity {
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};

/// Memory is read and written along rows of a warp; the turn happens in shared memory, whose rows are one longer than a
/// tile's so that a column lies in different banks.
template <class Bits>
__global__ void __launch_bounds__(tile_size* tile_threads_down)
    tiled_copy_kernel(const __grid_constant__ Tiles tiles, Bits* out, const Bits* x) {
  __shared__ Bits tile[tile_size][tile_size + 1];
  const Tiles::Place place = tiles.place(blockIdx.x);
#pragma unroll
  for (uint32_t i = threadIdx.y; i < tile_size; i += tile_threads_down) {
    const uint32_t row = place.row + threadIdx.x, column = place.column + i;
    if (tiles.holds(row, column)) tile[i][threadIdx.x] = x[tiles.x_at(place, row, column)];
  }
  __syncthreads();
#pragma unroll
  for (uint32_t i = threadIdx.y; i < tile_size; i += tile_threads_down) {
    const uint32_t row = place.row + i, column = place.column + threadIdx.x;
    if (tiles.holds(row, column)) out[tiles.out_at(place, row, column)] = tile[threadIdx.x][i];
  }
}

/// The same dtype on both sides: elements move as bits.
template <class Bits>
Status move_bits(const Loop& whole, const Launch& launch) {
  const OnDevice on(launch);
  return over_pieces(whole, 2, [&](const Loop& loop) {
    const int rows = tiled_axis(loop);
    if (!rows) return elementwise<Identity, Bits, Bits>(loop, launch);
    const Tiles tiles = tiles_of(loop, rows);
    tiled_copy_kernel<<<tiles.blocks(), dim3(tile_size, tile_threads_down), 0, stream_of(launch)>>>(
        tiles, static_cast<Bits*>(loop.data[0]), static_cast<const Bits*>(loop.data[1]));
    return launched();
  });
}

Status copy(const Loop& loop, const Launch& launch) {
  if (loop.dtype[0] == loop.dtype[1]) {
    return by_bytes(loop.dtype[0], [&]<class Bits>(Type<Bits>) { return move_bits<Bits>(loop, launch); });
  }
  return by_dtype<all_dtypes>(loop.dtype[1], [&]<class From>(Type<From>) {
    return by_dtype<all_dtypes>(loop.dtype[0], [&]<class To>(Type<To>) -> Status {
      if constexpr (__is_same(To, From)) {
        return {};
      } else {
        return elementwise<Identity, To, From>(loop, launch);
      }
    });
  });
}

}  // namespace

void fill_layout(Backend& backend) { backend.layout.copy = copy; }

}  // namespace tenon::inline v0::cuda_backend
