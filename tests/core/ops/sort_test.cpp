#include "tenon/core/ops/sort.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Values = std::vector<double>;

TEST(Sort, IsStableAndTakesNanAsTheLargest) {
  const Array x = from_values({7}, {2, nan, 1, 2, nan, 0, 1}, float32);
  EXPECT_EQ(values(argsort(x)), (Values{5, 2, 6, 0, 3, 1, 4}));
  EXPECT_EQ(values(argsort(x, 0, true)), (Values{1, 4, 0, 3, 2, 6, 5}));
  const Values rising = values(sort(x).values);
  EXPECT_EQ(Values(rising.begin(), rising.begin() + 5), (Values{0, 1, 1, 2, 2}));
  EXPECT_TRUE(std::isnan(rising[5]) && std::isnan(rising[6]));
}

TEST(Sort, AlongAnyAxis) {
  const Array x = from_values({3, 2}, {3, 1, 1, 2, 2, 3}, int32);
  EXPECT_EQ(values(sort(x, 0).values), (Values{1, 1, 2, 2, 3, 3}));
  EXPECT_EQ(values(sort(x, 0).indices), (Values{1, 0, 2, 1, 0, 2}));
  EXPECT_EQ(sort(x, 0).values.dtype(), int32);
  EXPECT_TRUE(sort(x, 0).values.is_contiguous());
  EXPECT_EQ(sort(empty({2, 0}), 1).values.shape(), Shape({2, 0}));
}

TEST(Sort, TopkGivesTheFirstOfEqualOnes) {
  const Array x = from_values({2, 5}, {1, 5, 5, 0, 5, 3, 3, 9, 1, 1}, float64);
  EXPECT_EQ(values(topk(x, 2).indices), (Values{1, 2, 2, 0}));
  EXPECT_EQ(values(topk(x, 3, {.largest = false}).values), (Values{0, 1, 5, 1, 1, 3}));
  EXPECT_EQ(values(topk(x, 1, {.axis = 0}).indices), (Values{1, 0, 1, 1, 0}));
  EXPECT_EQ(topk(x, 0).values.shape(), Shape({2, 0}));
  expect_error<ShapeError>([&] { topk(x, 6); }, "topk: k is 6, but axis -1 of [2, 5] has 5 elements");
}

}  // namespace
}  // namespace tenon::testing
