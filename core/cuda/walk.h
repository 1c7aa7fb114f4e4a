// The index arithmetic of elementwise kernels, for host and device alike: which elements a number stands for.
#pragma once
#include <cstdint>

#include "tenon/core/kernels/launch.h"
#include "tenon/core/kernels/loop.h"

namespace tenon::inline v0::cuda_backend {

/// Divides numbers below 2^31 by a size that is known before, with a multiplication (Granlund and Montgomery 1994).
struct Divider {
  uint32_t size = 1, factor = 1, shift = 0;

  Divider() = default;
  explicit Divider(uint32_t by) : size(by) {
    while (shift < 32 && (uint64_t{1} << shift) < by) ++shift;
    factor = static_cast<uint32_t>(((uint64_t{1} << 32) * ((uint64_t{1} << shift) - by)) / by + 1);
  }
  TENON_INLINE uint32_t quotient(uint32_t n) const {
    const uint32_t high = static_cast<uint32_t>((static_cast<uint64_t>(n) * factor) >> 32);
    return (high + n) >> shift;
  }
};

/// Threads of a block, and steps of a thread: enough loads under way, and few blocks.
inline constexpr uint32_t walk_threads = 256, walk_steps = 2;
inline uint32_t blocks_for(uint32_t steps) {
  return steps / (walk_threads * walk_steps) + (steps % (walk_threads * walk_steps) != 0);
}
/// A thread's s-th step, of all steps of the launch: neighbours in memory go to neighbours among the threads.
TENON_INLINE uint32_t step_of(uint32_t block, uint32_t thread, uint32_t s) {
  return (block * walk_steps + s) * walk_threads + thread;
}

/// What a kernel needs of a Loop with `Operands` operands: `count` steps of `width` elements of the innermost axis, and
/// the offsets of each step. All of it is 32 bits wide: `over_pieces` cuts what is larger.
template <int Operands>
struct Walk {
  uint32_t count;  ///< steps
  uint32_t tail;   ///< elements behind the last whole step, where there is one axis only
  int32_t axes;
  Divider sizes[Loop::max_axes];  ///< of all axes but the outermost; the innermost counts steps
  int32_t strides[Operands][Loop::max_axes];

  /// `at` becomes the offset of every operand's first element.
  TENON_INLINE void offsets(uint32_t step, int32_t (&at)[Operands]) const {
    for (int o = 0; o < Operands; ++o) at[o] = 0;
    for (int axis = 0; axis < axes - 1; ++axis) {
      const uint32_t rest = sizes[axis].quotient(step), index = step - rest * sizes[axis].size;
      for (int o = 0; o < Operands; ++o) at[o] += static_cast<int32_t>(index) * strides[o][axis];
      step = rest;
    }
    for (int o = 0; o < Operands; ++o) at[o] += static_cast<int32_t>(step) * strides[o][axes - 1];
  }
};

/// An operand moves with the innermost axis as memory does. Others stay, and are read once a step.
inline bool is_unit(const Loop& loop, int operand) { return loop.data[operand] && loop.strides[operand][0] == 1; }

/// The walk in steps of `width` elements.
template <int Operands>
Walk<Operands> walk_of(const Loop& loop, int width) {
  Walk<Operands> walk{};
  const int64_t n = loop.numel();
  walk.count = static_cast<uint32_t>(n / width);
  walk.tail = static_cast<uint32_t>(n % width);
  walk.axes = loop.axes;
  for (int axis = 0; axis < loop.axes; ++axis) {
    const int64_t size = axis == 0 ? loop.shape[0] / width : loop.shape[axis];
    if (axis + 1 < loop.axes) walk.sizes[axis] = Divider(static_cast<uint32_t>(size));
    for (int o = 0; o < Operands; ++o) {
      const int64_t stride = loop.data[o] ? loop.strides[o][axis] : 0;
      walk.strides[o][axis] = static_cast<int32_t>(axis == 0 ? stride * width : stride);
    }
  }
  return walk;
}

/// Whether steps of `width` elements can be read and written whole: operand 0 and all that move are contiguous and
/// aligned at every step, and no step crosses the end of a row.
inline bool can_step(const Loop& loop, int operands, int width) {
  if (loop.axes > 1 && loop.shape[0] % width != 0) return false;
  if (loop.shape[0] < width || !is_unit(loop, 0)) return false;
  for (int o = 0; o < operands; ++o) {
    if (!loop.data[o] || loop.strides[o][0] == 0) continue;
    const auto bytes = static_cast<uintptr_t>(width) * size_of(loop.dtype[o]);
    if (loop.strides[o][0] != 1 || reinterpret_cast<uintptr_t>(loop.data[o]) % bytes != 0) return false;
    for (int axis = 1; axis < loop.axes; ++axis) {
      if (loop.strides[o][axis] % width != 0) return false;
    }
  }
  return true;
}

/// Whether 32 bits hold every count and offset.
inline bool is_small(const Loop& loop, int operands) {
  constexpr int64_t limit = int64_t{1} << 31;
  if (loop.numel() >= limit) return false;
  for (int o = 0; o < operands; ++o) {
    int64_t reach = 0;
    for (int axis = 0; axis < loop.axes; ++axis) {
      const int64_t stride = loop.strides[o][axis];
      reach += (loop.shape[axis] - 1) * (stride < 0 ? -stride : stride);
    }
    if (loop.data[o] && reach >= limit) return false;
  }
  return true;
}

/// Calls f(loop) for small pieces that cover the loop, until one fails. f gives a Status.
template <class F>
Status over_pieces(const Loop& loop, int operands, const F& f) {
  if (is_small(loop, operands)) return f(loop);
  // Halves the axis that reaches farthest, at a multiple of 64 where it can: the pieces stay aligned.
  int longest = 0;
  int64_t farthest = -1;
  for (int axis = 0; axis < loop.axes; ++axis) {
    int64_t stride = 1;
    for (int o = 0; o < operands; ++o) {
      const int64_t length = loop.strides[o][axis] < 0 ? -loop.strides[o][axis] : loop.strides[o][axis];
      if (loop.data[o] && length > stride) stride = length;
    }
    const int64_t reach = (loop.shape[axis] - 1) * stride;
    if (reach > farthest) farthest = reach, longest = axis;
  }
  const int64_t size = loop.shape[longest], half = size >= 128 ? size / 128 * 64 : size / 2;
  Loop first = loop, second = loop;
  first.shape[longest] = half;
  second.shape[longest] = size - half;
  for (int o = 0; o < operands; ++o) {
    if (!loop.data[o]) continue;
    const int64_t bytes = half * loop.strides[o][longest] * static_cast<int64_t>(size_of(loop.dtype[o]));
    second.data[o] = static_cast<char*>(loop.data[o]) + bytes;
  }
  const Status status = over_pieces(first, operands, f);
  return status.code == StatusCode::ok ? over_pieces(second, operands, f) : status;
}

}  // namespace tenon::inline v0::cuda_backend
