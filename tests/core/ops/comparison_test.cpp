#include "tenon/core/ops/comparison.h"

#include <cmath>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;
static const double nan = NAN, inf = INFINITY;

TEST(Comparison, GivesBoolAndPromotes) {
  const Array a = array({1, 2, 3}), b = array({1.5, 2.0, 2.5});
  EXPECT_EQ((a == b).dtype(), bool_);
  EXPECT_EQ(values(a == b), (Values{0, 1, 0}));
  EXPECT_EQ(values(a != b), (Values{1, 0, 1}));
  EXPECT_EQ(values(a < b), (Values{1, 0, 0}));
  EXPECT_EQ(values(a <= b), (Values{1, 1, 0}));
  EXPECT_EQ(values(a > b), (Values{0, 0, 1}));
  EXPECT_EQ(values(a >= b), (Values{0, 1, 1}));
}

TEST(Comparison, WithNumbersOnEitherSide) {
  const Array a = array({1, 2, 3});
  EXPECT_EQ(values(2 < a), (Values{0, 0, 1}));
  EXPECT_EQ(values(2 >= a), (Values{1, 1, 0}));
  EXPECT_EQ(values(a > 1.5), (Values{0, 1, 1}));  // not cut to 1
  EXPECT_EQ(values(2 == a), (Values{0, 1, 0}));
  EXPECT_EQ(values(2 != a), (Values{1, 0, 1}));
}

TEST(Comparison, WithNumbersThatIntegersDoNotHold) {
  const Array pixels = array<uint8_t>({0, 44, 255}), bytes = array<int8_t>({-128, -56, 127});
  const Values none{0, 0, 0}, all_{1, 1, 1};
  for (const Array& x : {pixels, bytes, array({1, 2, 3})}) {
    EXPECT_EQ(values(x < 3000000000), all_);
    EXPECT_EQ(values(x <= 3000000000), all_);
    EXPECT_EQ(values(x > 3000000000), none);
    EXPECT_EQ(values(x >= 3000000000), none);
    EXPECT_EQ(values(x == 3000000000), none);
    EXPECT_EQ(values(x != 3000000000), all_);
    EXPECT_EQ(values(x < -3000000000), none);
    EXPECT_EQ(values(x <= -3000000000), none);
    EXPECT_EQ(values(x > -3000000000), all_);
    EXPECT_EQ(values(x >= -3000000000), all_);
    EXPECT_EQ(values(x == -3000000000), none);
    EXPECT_EQ(values(x != -3000000000), all_);
  }
  EXPECT_EQ(values(pixels < 256), all_);
  EXPECT_EQ(values(pixels == -1), none);
  EXPECT_EQ(values(300 > pixels), all_);
  EXPECT_EQ(values(pixels == 255), (Values{0, 0, 1}));
  EXPECT_EQ((pixels < 256).dtype(), bool_);
  EXPECT_EQ(values(clamp(pixels, 0, 300)), (Values{0, 44, 255}));
  EXPECT_EQ(values(clamp(bytes, -200, 200)), (Values{-128, -56, 127}));
  EXPECT_EQ(values(clamp(bytes, {.min = -100})), (Values{-100, -56, 127}));
  const Array mask = array({true, false, true});
  expect_error<ValueError>([&] { where(mask, pixels, 300); }, "where: 300 does not fit uint8");
  expect_error<ValueError>([&] { masked_fill(bytes, mask, 128); }, "masked_fill: 128 does not fit int8");
}

TEST(Comparison, EveryStrideMeetsItsPartner) {
  const Array a = array({{1, 5}, {3, 2}}), column = array({{2}, {3}});
  EXPECT_EQ(values(gt(a, column)), (Values{0, 1, 0, 0}));
  EXPECT_EQ(values(gt(column, a)), (Values{1, 0, 0, 1}));
  EXPECT_EQ(values(ge(a.transpose(), a)), (Values{1, 0, 1, 1}));
  expect_error<ShapeError>([&] { eq(a, array({1, 2, 3})); }, "eq: shapes do not broadcast: a is [2, 2], b is [3]");
}

TEST(Comparison, NanEqualsNothing) {
  const Array a = array({nan, inf, -inf, 1.0});
  EXPECT_EQ(values(a == a), (Values{0, 1, 1, 1}));
  EXPECT_EQ(values(a != a), (Values{1, 0, 0, 0}));
  EXPECT_EQ(values(isnan(a)), (Values{1, 0, 0, 0}));
  EXPECT_EQ(values(isinf(a)), (Values{0, 1, 1, 0}));
  EXPECT_EQ(values(isfinite(a)), (Values{0, 0, 0, 1}));
  EXPECT_EQ(values(isfinite(a.to(float16))), (Values{0, 0, 0, 1}));
  EXPECT_EQ(values(isfinite(array({1, 2}))), (Values{1, 1}));
}

TEST(Logical, NumbersCountAsTrueUnlessZero) {
  const Array a = array({0.0, 0.5, nan, 0.0}), b = array({0, 0, 7, 2});
  EXPECT_EQ(values(logical_and(a, b)), (Values{0, 0, 1, 0}));
  EXPECT_EQ(values(logical_or(a, b)), (Values{0, 1, 1, 1}));
  EXPECT_EQ(values(logical_xor(a, b)), (Values{0, 1, 0, 1}));
  EXPECT_EQ(values(logical_not(a)), (Values{1, 0, 0, 1}));
}

TEST(Where, PromotesAndBroadcasts) {
  const Array mask = array({true, false});
  EXPECT_EQ(where(mask, array({1, 2}), array({1.5f, 2.5f})).dtype(), float32);
  EXPECT_EQ(values(where(mask, array({1, 2}), array({{7}, {8}}))), (Values{1, 7, 1, 8}));
  EXPECT_EQ(values(where(mask, 3, array({{7}, {8}}))), (Values{3, 7, 3, 8}));
  EXPECT_EQ(values(where(mask, array({7, 8}), 0.5)), (Values{7, 0.5}));
  EXPECT_EQ(values(where(mask, 1, 0)), (Values{1, 0}));
  EXPECT_EQ(where(mask, 1, 0).dtype(), int64);
  expect_error<DTypeError>([&] { where(array({1, 0}), 1, 2); }, "where: the condition is int32, not bool");
}

TEST(MaskedFill, KeepsTheDtype) {
  const Array x = array({1, 2, 3});
  const Array filled = masked_fill(x, x > 1, 9.7);
  EXPECT_EQ(filled.dtype(), int32);
  EXPECT_EQ(values(filled), (Values{1, 9, 9}));
  EXPECT_EQ(masked_fill(x, array({{true}, {false}}), 0).shape(), (Shape{2, 3}));
}

TEST(Clamp, EitherEndMayBeLeftOut) {
  const Array x = array({-2.0, nan, 5.0});
  const auto expect = [](const Array& got, Values expected) {
    EXPECT_TRUE(allclose(got, array(expected), {.equal_nan = true}));
  };
  expect(clamp(x, -1, 1), {-1, nan, 1});
  expect(clamp(x, {.min = 0}), {0, nan, 5});
  expect(clamp(x, {.max = 0}), {-2, nan, 0});
  expect(clamp(x, 1, -1), {-1, nan, -1});
  expect_error<ValueError>([&] { clamp(x, {}); }, "clamp: neither min nor max is given");
}

TEST(Allclose, AsNumPy) {
  const Array one = array({1.0});
  EXPECT_TRUE(allclose(one, array({1.0 + 0.9e-5})));
  EXPECT_FALSE(allclose(one, array({1.0 + 1.1e-5})));
  EXPECT_TRUE(allclose(one, array({1.1}), {.rtol = 0.1}));
  EXPECT_FALSE(allclose(array({0.0}), array({1e-7})));
  EXPECT_TRUE(allclose(array({0.0}), array({1e-7}), {.atol = 1e-6}));
  EXPECT_TRUE(allclose(array({inf, -inf}), array({inf, -inf})));
  EXPECT_FALSE(allclose(array({inf}), array({-inf})));
  EXPECT_FALSE(allclose(array({1.0}), array({inf})));
  EXPECT_FALSE(allclose(array({nan}), array({nan})));
  EXPECT_TRUE(allclose(array({nan}), array({nan}), {.equal_nan = true}));
  EXPECT_TRUE(allclose(array({1, 1}), one));
  EXPECT_TRUE(allclose(empty({0, 3}), empty({0, 3})));
}

TEST(Equal, ShapesAndElements) {
  EXPECT_TRUE(equal(array({1, 2}), array({1.0, 2.0})));
  EXPECT_FALSE(equal(array({1, 2}), array({1, 3})));
  EXPECT_FALSE(equal(array({1, 1}), array({1})));
  EXPECT_FALSE(equal(array({nan}), array({nan})));
}

}  // namespace tenon::testing
