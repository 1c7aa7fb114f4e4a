#include "tenon/core/ops/extremum.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Values = std::vector<double>;

TEST(Extremum, NanComesThrough) {
  const Array x = from_values({2, 4}, {1, nan, 3, nan, -infinity, 2, infinity, 0}, float32);
  const Values largest = values(amax(x, 1));
  EXPECT_TRUE(std::isnan(largest[0]));
  EXPECT_EQ(largest[1], infinity);
  EXPECT_TRUE(std::isnan(values(min(x, 1).values)[0]));
  EXPECT_EQ(values(max(x, 1).indices), (Values{1, 2}));
  EXPECT_EQ(values(argmin(x, 1)), (Values{1, 0}));
  EXPECT_EQ(values(argmax(transpose(x), 0)), (Values{1, 2}));
  EXPECT_EQ(values(argmax(x, 0)), (Values{0, 0, 1, 0}));
  EXPECT_EQ(argmax(x).item<int64_t>(), 1);
}

TEST(Extremum, TheFirstOfEqualOnesInEveryDtypeAndLayout) {
  for (DType type : {uint8, int8, int32, int64, float16, bfloat16, float32, float64}) {
    // Longer than the vectors, so that every lane takes part.
    std::vector<double> v(300, 3);
    v[250] = v[77] = 9;
    v[100] = v[299] = 1;
    const Array x = from_values({300}, v, type);
    EXPECT_EQ(argmax(x).item<int64_t>(), 77) << name_of(type);
    EXPECT_EQ(argmin(x).item<int64_t>(), 100) << name_of(type);
    const Array wide = expand(unsqueeze(x, 1), {300, 70});
    EXPECT_EQ(values(max(wide, 0).indices), Values(70, 77)) << name_of(type);
    EXPECT_EQ(values(max(wide, 0).values), Values(70, 9)) << name_of(type);
    EXPECT_EQ(min(x).item<double>(), 1) << name_of(type);
  }
  EXPECT_EQ(amax(full({3}, -5, int8)).item<int64_t>(), -5);
  EXPECT_EQ(amin(full({3}, 250, uint8)).item<int64_t>(), 250);
  EXPECT_EQ(amax(full({3}, -infinity, float32)).item<double>(), -infinity);
}

TEST(Extremum, AnyAndAll) {
  const Array x = from_values({2, 3}, {0, 0, 0, 0, nan, 2}, float32);
  EXPECT_EQ(values(any(x, 1)), (Values{0, 1}));
  EXPECT_EQ(values(all(x, 1)), (Values{0, 0}));
  EXPECT_EQ(values(all(x, 0, true)), (Values{0, 0, 0}));
  EXPECT_EQ(any(x).dtype(), bool_);
  EXPECT_FALSE(any(empty({0})).item<bool>());
  EXPECT_TRUE(all(empty({0})).item<bool>());
}

TEST(Extremum, OfNoElements) {
  expect_error<ShapeError>([] { amax(empty({3, 0}), 1); }, "amax: axis 1 of [3, 0] has no elements");
  expect_error<ShapeError>([] { max(empty({3, 0}), -1); }, "max: axis 1 of [3, 0] has no elements");
  expect_error<ShapeError>([] { min(empty({0})); }, "min: axis 0 of [0] has no elements");
  expect_error<ShapeError>([] { argmax(empty({0})); }, "argmax: [0] has no elements");
  EXPECT_EQ(max(empty({0, 3}), 1).indices.shape(), Shape({0}));
  expect_error<IndexError>([] { argmin(empty({2}), 1); }, "argmin: axis 1 is out of range for an array of 1 dimension");
}

TEST(AnyAll, OfNoArray) {
  expect_error<ValueError>([] { any(Array()); }, "any: the input is not defined");
  expect_error<ValueError>([] { all(Array()); }, "all: the input is not defined");
}

}  // namespace
}  // namespace tenon::testing
