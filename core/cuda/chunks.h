// How one launch covers a list of arrays: the work is cut into chunks of equal size, and a block takes one. For host
// and device.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/kernels/update.h"

namespace tenon::inline v0::cuda_backend {

/// Elements of a chunk: 16 KiB of each array.
TENON_INLINE constexpr int32_t chunk_of(size_t element) { return static_cast<int32_t>(16384 / element); }

/// What a block works on: n elements of each of a group's arrays, from element `start` on.
template <int Operands>
struct Place {
  void* array[Operands];
  int64_t start;
  int32_t n;

  template <class T>
  TENON_INLINE T* as(int operand) const {
    return static_cast<T*>(array[operand]) + start;
  }
};

/// Finds the last of n numbers, which rise, that is not above another: in each round all threads of a block look at one
/// number, and how many of them find it low enough narrows the search. Two rounds for 65536 numbers.
struct Search {
  int32_t low, width;  ///< it is one of `width` numbers from `low` on; found when that is 1

  TENON_INLINE int32_t step(int32_t threads) const { return (width + threads - 1) / threads; }
  TENON_INLINE bool is_low_enough(const uint32_t* numbers, uint32_t wanted, int32_t thread, int32_t threads) const {
    const int64_t at = int64_t{thread} * step(threads);
    return at < width && numbers[low + at] <= wanted;
  }
  /// `found`: of how many threads it was low enough. They are the first ones.
  TENON_INLINE void narrow(int32_t found, int32_t threads) {
    const int32_t length = step(threads), skipped = (found - 1) * length;
    low += skipped;
    width = width - skipped < length ? width - skipped : length;
  }
};

/// A list as a kernel takes it. The table of a short one travels with the launch; that of a long one lies in device
/// memory. It has, for `count` groups of arrays that are not empty, their addresses, their sizes, and their first
/// chunks, two of those in a word.
template <int Operands>
struct Chunks {
  static constexpr int32_t near_groups = 64;
  static constexpr int64_t words_of(int64_t groups) { return groups * (Operands + 1) + (groups + 1) / 2; }

  int32_t chunk;        ///< elements
  int32_t count = 0;    ///< groups
  uint32_t blocks = 0;  ///< chunks of all groups
  const uint64_t* far = nullptr;
  uint64_t near[words_of(near_groups)];

  explicit Chunks(int32_t chunk_size) : chunk(chunk_size) {}

  /// Makes the table of a list, whose `words` have room for all its groups. False where there would be more blocks than
  /// a launch has.
  bool fill(const UpdateList& list, uint64_t* words) {
    for (int64_t k = 0; k < list.count; ++k) count += list.arrays[k * list.operands].numel() > 0;
    auto* first = const_cast<uint32_t*>(firsts(words));
    int64_t group = 0, chunks = 0;
    for (int64_t k = 0; k < list.count; ++k) {
      const View* arrays = list.arrays + k * list.operands;
      const int64_t n = arrays[0].numel();
      if (n == 0) continue;
      for (int o = 0; o < Operands; ++o) words[group * Operands + o] = reinterpret_cast<uint64_t>(arrays[o].data);
      words[count * Operands + group] = static_cast<uint64_t>(n);
      first[group] = static_cast<uint32_t>(chunks);
      chunks += (n + chunk - 1) / chunk;
      if (chunks > INT32_MAX) return false;
      ++group;
    }
    blocks = static_cast<uint32_t>(chunks);
    return true;
  }

  /// The group that a block works on: the last one that begins at it or before. For a table that is near.
  TENON_INLINE int32_t group_of(uint32_t block) const {
    int32_t low = 0, high = count - 1;
    while (low < high) {
      const int32_t middle = (low + high + 1) / 2;
      if (firsts(near)[middle] <= block) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// A block's part of a group.
  TENON_INLINE Place<Operands> place(const uint64_t* words, int32_t group, uint32_t block) const {
    Place<Operands> place;
    for (int o = 0; o < Operands; ++o) place.array[o] = reinterpret_cast<void*>(words[group * Operands + o]);
    place.start = static_cast<int64_t>(block - firsts(words)[group]) * chunk;
    const int64_t left = static_cast<int64_t>(words[count * Operands + group]) - place.start;
    place.n = left < chunk ? static_cast<int32_t>(left) : chunk;
    return place;
  }

  TENON_INLINE const uint32_t* firsts(const uint64_t* words) const {
    return reinterpret_cast<const uint32_t*>(words + int64_t{count} * (Operands + 1));
  }
};

}  // namespace tenon::inline v0::cuda_backend
