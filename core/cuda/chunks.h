// How one launch covers a list of arrays: the work is cut into chunks of equal size, and a block takes one. The table
// travels with the launch, so nothing is uploaded. For host and device.
#pragma once
#include <cstdint>

#include "tenon/core/kernels/update.h"

namespace tenon::inline v0::cuda_backend {

/// Elements of a chunk.
inline constexpr int32_t chunk_size = 4096;

/// Groups of arrays of one size: a parameter, its gradient and its state.
template <int Operands, int Capacity>
struct Chunks {
  int32_t count = 0;
  uint32_t blocks = 0;       ///< chunks of all groups
  uint32_t first[Capacity];  ///< each group's first chunk
  int64_t numel[Capacity];
  void* array[Capacity][Operands];

  /// Takes the group behind the others; `false` when there is no room for it.
  bool add(const View* arrays, const int (&operands)[Operands]) {
    const int64_t n = arrays[operands[0]].numel(), chunks = (n + chunk_size - 1) / chunk_size;
    if (count == Capacity || blocks + chunks > INT32_MAX) return false;
    if (n == 0) return true;
    first[count] = blocks;
    numel[count] = n;
    for (int o = 0; o < Operands; ++o) array[count][o] = arrays[operands[o]].data;
    blocks += static_cast<uint32_t>(chunks);
    ++count;
    return true;
  }

  /// The group that a block works on: the last one that begins at it or before.
  TENON_INLINE int32_t group_of(uint32_t block) const {
    int32_t low = 0, high = count - 1;
    while (low < high) {
      const int32_t middle = (low + high + 1) / 2;
      if (first[middle] <= block) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
  /// Where in the group's arrays the block begins, and how many elements it takes.
  TENON_INLINE int64_t start_of(int32_t group, uint32_t block) const {
    return static_cast<int64_t>(block - first[group]) * chunk_size;
  }
  TENON_INLINE int32_t size_of_chunk(int32_t group, int64_t start) const {
    const int64_t left = numel[group] - start;
    return left < chunk_size ? static_cast<int32_t>(left) : chunk_size;
  }
};

}  // namespace tenon::inline v0::cuda_backend
