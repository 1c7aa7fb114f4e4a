#include "tenon/core/ops/arithmetic.h"

#include <cmath>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;

TEST(InPlace, ReadsWhatStoodThereBefore) {
  const auto square_of = [] { return arange(9).reshape({3, 3}); };
  Array x = square_of();
  sub_(x, x.select(0, 0));
  EXPECT_EQ(values(x), (Values{0, 0, 0, 3, 3, 3, 6, 6, 6}));
  x = square_of();
  add_(x, x.transpose());
  EXPECT_EQ(values(x), (Values{0, 4, 8, 4, 8, 12, 8, 12, 16}));
  x = square_of();
  add_(x, x.select(0, 2).select(0, 2));
  EXPECT_EQ(values(x), (Values{8, 9, 10, 11, 12, 13, 14, 15, 16}));
  x = arange(5);
  x.slice(0, 1).copy_(x.slice(0, 0, -1));
  EXPECT_EQ(values(x), (Values{0, 0, 1, 2, 3}));
  x = arange(5);
  x.slice(0, 0, -1).copy_(x.slice(0, 1));
  EXPECT_EQ(values(x), (Values{1, 2, 3, 4, 4}));
  x = arange(6).to(float32);
  mul_(x.slice(0, 0, 4), x.slice(0, 1, 5));
  EXPECT_EQ(values(x), (Values{0, 2, 6, 12, 4, 5}));
  x = square_of();
  add_(x, x);
  EXPECT_EQ(values(x), (Values{0, 2, 4, 6, 8, 10, 12, 14, 16}));
}

TEST(InPlace, LargeOnesToo) {
  const int64_t n = 512;
  const Array x = arange(n * n).reshape({n, n}).to(float64), expected = x + x.transpose();
  add_(x, x.transpose());
  EXPECT_EQ(values(x), values(expected));
}

TEST(Arithmetic, NumbersThatIntegersDoNotHold) {
  const Array pixels = array<uint8_t>({0, 7, 255});
  expect_error<ValueError>([&] { add(pixels, 256); }, "add: 256 does not fit uint8");
  expect_error<ValueError>([&] { sub(-1, pixels); }, "sub: -1 does not fit uint8");
  expect_error<ValueError>([&] { add_(pixels, 300); }, "add_: 300 does not fit uint8");
  expect_error<ValueError>([&] { remainder(array({1}), 3000000000); }, "remainder: 3000000000 does not fit int32");
  EXPECT_EQ(values(add(pixels, 255)), (Values{255, 6, 254}));
  EXPECT_EQ(values(mul(pixels, 0.5)), (Values{0, 3.5, 127.5}));
}

TEST(Arithmetic, TheLargerOfIntegersAndANumberBeyondThem) {
  const Array pixels = array<uint8_t>({0, 7, 255}), bytes = array<int8_t>({-128, 0, 127});
  EXPECT_EQ(values(maximum(pixels, -1)), (Values{0, 7, 255}));
  EXPECT_EQ(values(minimum(pixels, 300)), (Values{0, 7, 255}));
  EXPECT_EQ(values(minimum(pixels, -1)), (Values{0, 0, 0}));
  EXPECT_EQ(values(maximum(bytes, -200)), (Values{-128, 0, 127}));
  EXPECT_EQ(values(maximum(bytes, 200)), (Values{127, 127, 127}));
  EXPECT_EQ(values(minimum(array({1, -1}), 3000000000)), (Values{1, -1}));
  EXPECT_EQ(values(minimum(array({1, -1}), -3000000000)), (Values(2, INT32_MIN)));
}

TEST(Arithmetic, RemainderHasTheSignOfTheDivisor) {
  const Array x = array({-7, -1, 0, 1, 7});
  EXPECT_EQ(values(remainder(x, 3)), (Values{2, 2, 0, 1, 1}));
  EXPECT_EQ(values(remainder(x, -3)), (Values{-1, -1, 0, -2, -2}));
  EXPECT_EQ(values(remainder(x, 0)), Values(5, 0));
  EXPECT_EQ(values(remainder(array({INT32_MIN, 5}), -1)), (Values{0, 0}));
  EXPECT_EQ(values(remainder(array<uint8_t>({0, 7, 254, 255}), 255)), (Values{0, 7, 254, 0}));
  EXPECT_EQ(values(remainder(x.to(float32), 2.5)), (Values{0.5, 1.5, 0, 1, 2}));
}

}  // namespace tenon::testing
