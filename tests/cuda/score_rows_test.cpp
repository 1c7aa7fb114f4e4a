// The CUDA kernels' look at rows of scores and their masks, on the host.
#include "tenon/core/cuda/score_rows.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {
namespace {

using namespace tenon::cuda_backend;

TEST(ScoreRows, ACausalRowSeesItsPast) {
  const Array scores = empty({2, 3, 5, 4});
  const ScoreRows all(scores.raw(), false), past(scores.raw(), true);
  ASSERT_EQ(past.count, 30);
  for (int64_t r = 0; r < past.count; ++r) {
    EXPECT_EQ(all.seen(r), 4);
    EXPECT_EQ(past.seen(r), std::min<int64_t>(r % 5 + 1, 4));
  }
}

TEST(ScoreRows, MasksOfEveryShape) {
  const Shape shape{2, 3, 5, 4};
  manual_seed(7);
  const Array numbers = randn(shape, float64), bits = gt(numbers, 0);
  const std::vector<Shape> sizes = {shape, {5, 4}, {2, 1, 1, 4}, {3, 1, 4}, {2, 1, 5, 4}, {4}};
  for (const Shape& size : sizes) {
    Array small = numbers, hidden = bits;
    for (int i = 0; i < 4 - size.ndim(); ++i) small = select(small, 0, 1), hidden = select(hidden, 0, 1);
    for (int i = 0; i < size.ndim(); ++i) {
      if (size[i] == 1) small = slice(small, i, 0, 1), hidden = slice(hidden, i, 0, 1);
    }
    const Array wide = expand(small, shape), seen = expand(hidden, shape);
    const ScoreMask<double> adds(wide.raw()), hides(seen.raw());
    const std::vector<double> expected = values(wide), visible = values(seen);
    for (int64_t i = 0; i < shape.numel(); ++i) {
      EXPECT_EQ(adds.row(i / 4)(0.5, i % 4), 0.5 + expected[static_cast<size_t>(i)]) << text(size);
      const double got = hides.row(i / 4)(0.5, i % 4);
      EXPECT_EQ(got, visible[static_cast<size_t>(i)] != 0 ? 0.5 : -INFINITY) << text(size);
    }
  }
  const ScoreMask<float> none(View{nullptr, nullptr, nullptr, 0, float32, 0});
  EXPECT_EQ(none.row(29)(0.5f, 3), 0.5f);
}

}  // namespace
}  // namespace tenon::testing
