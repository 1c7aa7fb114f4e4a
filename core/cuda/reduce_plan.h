// How the elements of a reduction are shared out over threads. It depends on sizes alone, so the order of the
// arithmetic does not change with the device.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/loop.h"

namespace tenon::inline v0::cuda_backend {

/// Several threads, the lanes, take turns at the elements of one output; where axis 0 is kept, at those of `width`
/// neighbours. Long reductions are cut into pieces, a block each, which a second kernel puts together.
struct ReducePlan {
  static constexpr int threads_log = 8, threads = 1 << threads_log;

  LoopAxes<2> kept;     ///< strides of the output and of x; axis 0 counts packs
  LoopAxes<1> reduced;  ///< strides of x; axis 0 counts packs
  int64_t out_step;     ///< from an output to its neighbour in the pack
  LargeDivider tiles;   ///< blocks side by side
  int64_t pieces, piece;
  int32_t lanes, lanes_log;
  int32_t width;
  LargeDivider packs;  ///< by the width
  bool columns;        ///< axis 0 is kept

  struct Place {
    int64_t output;        ///< pack of outputs, or one output
    int64_t piece;         ///< which piece
    int64_t first, last;   ///< elements (packs of them) of the reduction: first, first + lanes, ... below last
    int32_t lane, active;  ///< lanes 0 to active - 1 have elements
  };
  TENON_INLINE Place place(int64_t block, int thread) const {
    Place at;
    at.piece = tiles.quotient(block);
    // Powers of two.
    const int across_log = threads_log - lanes_log, across = 1 << across_log;
    const int column = columns ? thread & (across - 1) : thread >> lanes_log;
    at.lane = columns ? thread >> across_log : thread & (lanes - 1);
    at.output = (block - at.piece * tiles.divisor()) * across + column;
    const int64_t begin = at.piece * piece;
    at.last = begin + piece < reduced.total ? begin + piece : reduced.total;
    at.active = static_cast<int32_t>(at.last - begin < lanes ? at.last - begin : lanes);
    if (at.output >= kept.total) at.last = begin, at.active = 0;
    at.first = begin + at.lane;
    return at;
  }
  int64_t blocks() const { return tiles.divisor() * pieces; }
  TENON_INLINE int64_t outputs() const { return kept.total * (columns ? width : 1); }
};

inline bool is_reduced(const Loop& loop, int axis) { return loop.strides[0][axis] == 0 && loop.shape[axis] > 1; }

/// Whether packs of `width` fit the loop's operand 1.
inline bool packs_fit(const Loop& loop, int width) {
  if (loop.strides[1][0] != 1 || loop.shape[0] % width != 0) return false;
  for (int axis = 1; axis < loop.axes; ++axis) {
    if (loop.strides[1][axis] % width != 0) return false;
  }
  return true;
}

/// `width` fits the loop, or is 1.
inline ReducePlan plan_reduction(const Loop& loop, int width) {
  constexpr int64_t wanted_blocks = 2048, least_turns = 8;
  const auto power_of_two_from = [](int64_t n, int64_t most) {
    int64_t power = 1;
    while (power < n && power < most) power *= 2;
    return power;
  };
  ReducePlan plan;
  plan.width = width;
  plan.packs = LargeDivider(width);
  plan.columns = !is_reduced(loop, 0);
  plan.out_step = loop.strides[0][0];
  for (int axis = 0; axis < loop.axes; ++axis) {
    const int64_t pack = axis == 0 ? width : 1;
    const int64_t n = loop.shape[axis] / pack, out = loop.strides[0][axis] * pack, x = loop.strides[1][axis] * pack;
    if (is_reduced(loop, axis)) {
      plan.reduced.add(n, x);
    } else {
      plan.kept.add(n, out, x);
    }
  }
  const int64_t count = plan.reduced.total, outputs = plan.kept.total;
  // Four turns a lane, but neighbours in memory stay neighbours in a warp.
  const int64_t most = plan.columns ? ReducePlan::threads / power_of_two_from(outputs, 32) : ReducePlan::threads;
  plan.lanes = static_cast<int32_t>(power_of_two_from(ceil_div(count, 4), most));
  plan.lanes_log = 0;
  while (1 << plan.lanes_log < plan.lanes) ++plan.lanes_log;
  const int64_t tiles = ceil_div(outputs, ReducePlan::threads / plan.lanes);
  plan.tiles = LargeDivider(tiles);
  const int64_t possible = count / (plan.lanes * least_turns), wanted = ceil_div(wanted_blocks, tiles);
  const int64_t pieces = possible < wanted ? possible : wanted;
  plan.piece = pieces <= 1 ? count : ceil_div(ceil_div(count, pieces), plan.lanes) * plan.lanes;
  plan.pieces = ceil_div(count, plan.piece);
  return plan;
}

/// An axis of a loop that a kernel makes by itself.
struct LoopAxis {
  int64_t size, out_stride, x_stride;
};
/// A reduction over the given axes, the innermost first.
template <int N>
Loop reduction_loop(const LoopAxis (&axes)[N]) {
  Loop loop{};
  loop.operands = 2;
  for (const LoopAxis& axis : axes) {
    if (axis.size == 1) continue;
    loop.shape[loop.axes] = axis.size;
    loop.strides[0][loop.axes] = axis.out_stride;
    loop.strides[1][loop.axes++] = axis.x_stride;
  }
  if (loop.axes == 0) loop.shape[loop.axes++] = 1;
  return loop;
}

}  // namespace tenon::inline v0::cuda_backend
