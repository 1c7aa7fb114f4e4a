#include "tenon/core/ops/join.h"

#include <gtest/gtest.h>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

using Values = std::vector<double>;

TEST(Join, CatTakesDtypesAndStrideOrderOfItsInputs) {
  const Array a = full({2, 1}, 1, int32), b = full({2, 2}, 2.5, float32);
  const Array joined = cat({a, b}, 1);
  EXPECT_EQ(joined.dtype(), float32);
  EXPECT_EQ(values(joined), (Values{1, 2.5, 2.5, 1, 2.5, 2.5}));
  const Array image = permute(zeros({2, 4, 5, 3}), {0, 3, 1, 2});
  for (int axis = 0; axis < 4; ++axis) EXPECT_TRUE(cat({image, image}, axis).raw().layout & channels_last) << axis;
  EXPECT_EQ(values(cat({zeros({0, 2}), ones({1, 2})})), (Values{1, 1}));
  EXPECT_EQ(cat(std::vector<Array>(1000, ones({1}))).numel(), 1000);
}

TEST(Join, SplitsAreViews) {
  const Array x = zeros({2, 5});
  const std::vector<Array> parts = split(x, 2, 1);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[2].shape(), Shape({2, 1}));
  parts[1].copy_(ones({}));
  EXPECT_EQ(values(x), (Values{0, 0, 1, 1, 0, 0, 0, 1, 1, 0}));
  EXPECT_EQ(split(x, {1, 4}, 1)[1].shape(), Shape({2, 4}));
  EXPECT_EQ(chunk(x, 2, 1)[0].shape(), Shape({2, 3}));
  EXPECT_EQ(chunk(x, 4, 1).size(), 3u);
}

TEST(Join, SaysWhatIsWrong) {
  expect_error<ShapeError>(
      [] {
        cat({ones({2, 3}), ones({2, 4})});
      },
      "cat: sizes differ outside axis 0: [2, 3] and [2, 4]");
  expect_error<ShapeError>([] { stack({ones({2}), ones({3})}); }, "stack: shapes differ: [2] and [3]");
  expect_error<ValueError>([] { cat({}); }, "cat: no arrays");
  expect_error<ShapeError>([] { split(ones({5}), {2, 2}); }, "split: the sizes do not add up to 5, the size of axis 0");
  expect_error<ValueError>([] { split(ones({5}), 0); }, "split: size must be positive, got 0");
}

}  // namespace
}  // namespace tenon::testing
