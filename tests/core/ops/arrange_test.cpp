#include "tenon/core/ops/arrange.h"

#include <gtest/gtest.h>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

using Values = std::vector<double>;

TEST(Arrange, PadFramesAndCuts) {
  const Array x = from_values({1, 2}, {1, 2}, int32);
  EXPECT_EQ(values(pad(x, {1, 0, 0, 1}, 7)), (Values{7, 1, 2, 7, 7, 7}));
  EXPECT_EQ(values(pad(x, {-1, 1})), (Values{2, 0}));
  EXPECT_EQ(pad(x, {-1, -1}).shape(), Shape({1, 0}));
  expect_error<ShapeError>([&] { pad(x, {-2, -1}); }, "pad: axis 1 of [1, 2] would have -1 elements");
  expect_error<ValueError>([&] { pad(x, {1}); }, "pad: widths come in pairs, got 1 numbers");
}

TEST(Arrange, TrianglesOfEveryShapeAndDiagonal) {
  const Array x = ones({3, 2}, int8);
  EXPECT_EQ(values(tril(x)), (Values{1, 0, 1, 1, 1, 1}));
  EXPECT_EQ(values(triu(x)), (Values{1, 1, 0, 1, 0, 0}));
  EXPECT_EQ(values(tril(x, -1)), (Values{0, 0, 1, 0, 1, 1}));
  EXPECT_EQ(values(triu(x, INT64_MIN)), Values(6, 1));
  EXPECT_EQ(values(tril(x, INT64_MIN)), Values(6, 0));
  EXPECT_EQ(values(tril(expand(x, {2, 3, 2}))), (Values{1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1}));
  expect_error<ShapeError>([] { tril(ones({3})); }, "tril: expected at least 2 dimensions, got [3]");
}

TEST(Arrange, FlipRollTile) {
  const Array x = from_values({2, 3}, {1, 2, 3, 4, 5, 6}, float32);
  EXPECT_EQ(values(flip(x)), (Values{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(values(flip(transpose(x), 1)), (Values{4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(values(flip(x, 0)), (Values{4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(values(roll(x, 1, 1)), (Values{3, 1, 2, 6, 4, 5}));
  EXPECT_EQ(values(roll(x, -4, 1)), (Values{2, 3, 1, 5, 6, 4}));
  EXPECT_EQ(values(tile(x, {2})), (Values{1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6}));
  EXPECT_EQ(tile(x, {2, 1, 2}).shape(), Shape({2, 2, 6}));
  EXPECT_EQ(tile(x, {0, 1}).shape(), Shape({0, 3}));
}

}  // namespace
}  // namespace tenon::testing
