// Every block and thread of a reduction, on the host: each element goes once into the output it belongs to.
#include "tenon/core/cuda/reduce_plan.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tenon {
namespace {

using cuda_backend::is_reduced;
using cuda_backend::LoopAxis;
using cuda_backend::packs_fit;
using cuda_backend::plan_reduction;
using cuda_backend::ReducePlan;
using cuda_backend::reduction_loop;

/// Axes of a dense x, the innermost first, and which of them are kept in a dense output.
Loop loop_of(const std::vector<int64_t>& shape, const std::vector<bool>& kept) {
  Loop loop{};
  loop.operands = 2;
  loop.axes = static_cast<int32_t>(shape.size());
  int64_t x = 1, out = 1;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    loop.shape[axis] = shape[axis];
    loop.strides[1][axis] = x;
    x *= shape[axis];
    if (!kept[axis]) continue;
    loop.strides[0][axis] = out;
    out *= shape[axis];
  }
  return loop;
}

/// The output of each element of x, counted by hand.
std::vector<int64_t> outputs_by_hand(const Loop& loop) {
  std::vector<int64_t> outputs;
  for (int64_t i = 0; i < loop.numel(); ++i) {
    int64_t rest = i, out = 0;
    for (int axis = 0; axis < loop.axes; ++axis) {
      out += rest % loop.shape[axis] * loop.strides[0][axis];
      rest /= loop.shape[axis];
    }
    outputs.push_back(out);
  }
  return outputs;
}

void check(const Loop& loop, int width) {
  const ReducePlan plan = plan_reduction(loop, width);
  EXPECT_EQ(plan.lanes, 1 << plan.lanes_log);
  EXPECT_EQ(plan.pieces * plan.outputs() > 0, true);
  const std::vector<int64_t> expected = outputs_by_hand(loop);
  std::vector<int> taken(expected.size());
  std::vector<int> written(static_cast<size_t>(plan.outputs() * plan.pieces));
  for (int64_t block = 0; block < plan.blocks(); ++block) {
    for (int thread = 0; thread < ReducePlan::threads; ++thread) {
      const ReducePlan::Place at = plan.place(block, thread);
      ASSERT_EQ(at.first < at.last, at.lane < at.active);
      if (at.active == 0) continue;
      int64_t offset[2];
      plan.kept.locate(at.output, offset);
      for (int k = 0; at.lane == 0 && k < (plan.columns ? width : 1); ++k) {
        const int64_t output = plan.columns ? at.output * width + k : at.output;
        ++written[static_cast<size_t>(output * plan.pieces + at.piece)];
      }
      for (int64_t i = at.first; i < at.last; i += plan.lanes) {
        for (int k = 0; k < width; ++k) {
          const auto x = static_cast<size_t>(offset[1] + plan.reduced.offset(i) + k);
          ASSERT_LT(x, taken.size());
          ++taken[x];
          ASSERT_EQ(expected[x], plan.columns ? offset[0] + k * plan.out_step : offset[0]);
        }
      }
    }
  }
  for (int times : taken) ASSERT_EQ(times, 1);
  for (int times : written) ASSERT_EQ(times, 1);
}

TEST(ReducePlan, TakesEachElementOnce) {
  const std::vector<std::vector<int64_t>> shapes = {
      {1},        {2},        {7},        {1000},    {70000},     {10, 300},   {300, 10},    {64, 64},
      {32, 9000}, {4, 70000}, {70000, 4}, {2, 3, 4}, {16, 5, 33}, {40, 3, 50}, {8, 2, 3, 5}, {4, 6, 2, 700}};
  for (const auto& shape : shapes) {
    for (unsigned mask = 0; mask < 1u << shape.size(); ++mask) {
      std::vector<bool> kept;
      for (size_t axis = 0; axis < shape.size(); ++axis) kept.push_back(mask >> axis & 1);
      const Loop loop = loop_of(shape, kept);
      for (int width : {1, 2, 4, 8, 16}) {
        if (width > 1 && !packs_fit(loop, width)) continue;
        SCOPED_TRACE(testing::PrintToString(shape) + " kept " + std::to_string(mask) + " width " +
                     std::to_string(width));
        check(loop, width);
      }
    }
  }
}

/// Too large to walk: pieces and tiles cover everything, and the last element lies where it should.
TEST(ReducePlan, HoldsBeyond2To31) {
  const int64_t large = (int64_t{1} << 31) + 64;
  for (const Loop& loop :
       {loop_of({large}, {false}), loop_of({large, 3}, {false, true}), loop_of({64, large}, {true, false}),
        loop_of({64, large}, {false, true}), loop_of({large, 2}, {true, false})}) {
    for (int width : {1, 4}) {
      const ReducePlan plan = plan_reduction(loop, width);
      ASSERT_LE(plan.blocks(), INT32_MAX);
      EXPECT_EQ(plan.kept.total * plan.reduced.total * width, loop.numel());
      EXPECT_GE(plan.pieces * plan.piece, plan.reduced.total);
      EXPECT_LT((plan.pieces - 1) * plan.piece, plan.reduced.total);
      int64_t reached = -1;
      for (int thread = 0; thread < ReducePlan::threads; ++thread) {
        const ReducePlan::Place at = plan.place(plan.blocks() - 1, thread);
        if (at.first >= at.last) continue;
        int64_t offset[2];
        plan.kept.locate(at.output, offset);
        const int64_t last = at.first + (at.last - 1 - at.first) / plan.lanes * plan.lanes;
        reached = std::max(reached, offset[1] + plan.reduced.offset(last) + width - 1);
      }
      EXPECT_EQ(reached, loop.numel() - 1);
    }
  }
}

TEST(ReducePlan, PacksNeedStrideOneAndMultiples) {
  Loop loop = loop_of({8, 6}, {false, true});
  EXPECT_TRUE(packs_fit(loop, 4));
  EXPECT_FALSE(packs_fit(loop, 16));
  loop.strides[1][1] = 10;
  EXPECT_FALSE(packs_fit(loop, 4));
  EXPECT_TRUE(packs_fit(loop, 2));
  loop.strides[1][0] = 2;
  EXPECT_FALSE(packs_fit(loop, 2));
}

TEST(ReducePlan, LoopsMadeByHandDropAxesOfOne) {
  const Loop loop = reduction_loop({{1, 1, 1}, {5, 0, 1}, {3, 1, 5}});
  EXPECT_EQ(loop.axes, 2);
  EXPECT_TRUE(is_reduced(loop, 0));
  EXPECT_FALSE(is_reduced(loop, 1));
  EXPECT_EQ(reduction_loop({{1, 1, 1}, {1, 0, 1}}).numel(), 1);
}

}  // namespace
}  // namespace tenon
