#include "tenon/core/ops/create.h"

#include <cmath>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/random.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;

TEST(Arange, StopsBefore) {
  EXPECT_EQ(values(arange(4)), (Values{0, 1, 2, 3}));
  EXPECT_EQ(arange(4).dtype(), int64);
  EXPECT_EQ(arange(4.).dtype(), float32);
  EXPECT_EQ(values(arange(2, 8, 3)), (Values{2, 5}));
  EXPECT_EQ(values(arange(5, 0, -2)), (Values{5, 3, 1}));
  EXPECT_EQ(values(arange(0, 1, 0.25)), (Values{0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(values(arange(1, 4, 1, uint8)), (Values{1, 2, 3}));
  EXPECT_EQ(arange(3, 3).shape(), (Shape{0}));
  const int64_t big = (1ll << 60) + 1;
  EXPECT_EQ(arange(big, big + 2).select(0, 1).item<int64_t>(), big + 1);
}

TEST(Arange, NoWay) {
  expect_error<ValueError>([] { arange(0, 1, -1); }, "arange: no way from 0 to 1 in steps of -1");
  expect_error<ValueError>([] { arange(0, 1, 0); }, "arange: no way from 0 to 1 in steps of 0");
}

TEST(Linspace, HitsBothEnds) {
  EXPECT_EQ(values(linspace(0, 1, 5)), (Values{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(linspace(0.1, 0.7, 7, float64).select(0, 6).item<double>(), 0.7);
  EXPECT_EQ(values(linspace(3, 9, 1)), (Values{3}));
  EXPECT_EQ(values(linspace(0, 10, 4, int32)), (Values{0, 3, 6, 10}));
  EXPECT_EQ(linspace(0, 1, 0).numel(), 0);
  expect_error<ValueError>([] { linspace(0, 1, -1); }, "linspace: count must not be negative, got -1");
}

TEST(Eye, OnesOnTheDiagonal) {
  EXPECT_EQ(values(eye(2)), (Values{1, 0, 0, 1}));
  EXPECT_EQ(values(eye(2, 3, int32)), (Values{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(values(eye(3, 2, bool_)), (Values{1, 0, 0, 1, 0, 0}));
  EXPECT_EQ(eye(0).shape(), (Shape{0, 0}));
}

TEST(Array, FromNestedLists) {
  const Array m = array({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}});
  EXPECT_EQ(m.shape(), (Shape{3, 2}));
  EXPECT_EQ(m.dtype(), float32);
  EXPECT_EQ(values(m), (Values{1, 2, 3, 4, 5, 6}));
  const Array blocks = array({{{1, 2}}, {{3, 4}}});
  EXPECT_EQ(blocks.shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(values(array({true, false})), (Values{1, 0}));
  expect_error<ShapeError>([] { array({{1, 2}, {3}}); }, "array: rows differ in length: 2 and 1");
  EXPECT_EQ(array<float>({}).shape(), Shape({0}));
  EXPECT_EQ(array<float>({}).dtype(), float32);
  EXPECT_EQ(array<bool>({}).shape(), Shape({0}));
  EXPECT_EQ(array(std::vector<int>()).shape(), Shape({0}));
  EXPECT_EQ(array<float>({{}, {}}).shape(), Shape({2, 0}));
  EXPECT_EQ(array<float>({{{}}, {{}}, {{}}}).shape(), Shape({3, 1, 0}));
  expect_error<ShapeError>([] { array<int>({{1}, {}}); }, "array: rows differ in length: 1 and 0");
}

TEST(Like, TakesShapeAndDtype) {
  const Array x = array({{1, 2}, {3, 4}});
  EXPECT_EQ(zeros_like(x).dtype(), int32);
  EXPECT_EQ(ones_like(x, float64).dtype(), float64);
  EXPECT_EQ(values(full_like(x, 7)), (Values{7, 7, 7, 7}));
  EXPECT_EQ(empty_like(x).shape(), x.shape());
}

TEST(Like, OfNothing) {
  const Array none = {};
  const auto refused = [](const auto& run, const std::string& op, const char* input = "the") {
    expect_error<ValueError>(run, op + ": " + input + " input is not defined");
  };
  refused([&] { empty_like(none); }, "empty_like");
  refused([&] { empty_like(none, float64); }, "empty_like");
  refused([&] { zeros_like(none); }, "zeros_like");
  refused([&] { zeros_like(none, int64); }, "zeros_like");
  refused([&] { ones_like(none); }, "ones_like");
  refused([&] { ones_like(none, int64); }, "ones_like");
  refused([&] { full_like(none, 3); }, "full_like");
  refused([&] { full_like(none, 3, int64); }, "full_like");
  refused([&] { rand_like(none); }, "rand_like");
  refused([&] { randn_like(none); }, "randn_like");
  refused([&] { equal(none, zeros({1})); }, "equal", "an");
  refused([&] { allclose(zeros({1}), none); }, "allclose", "an");
  refused([&] { add_(zeros({1}, int64), none); }, "add_", "an");
  refused([&] { mul_(none, zeros({1})); }, "mul_", "an");
  refused([&] { where(none, 1, 2); }, "where", "an");
  refused([&] { clamp(none, {.min = 1}); }, "clamp");
}

TEST(Fill, WritesThroughAView) {
  Array x = zeros({2, 3});
  fill_(x.select(1, 1), 5);
  EXPECT_EQ(values(x), (Values{0, 5, 0, 0, 5, 0}));
}

TEST(Full, NumbersBecomeIntegersAsInACast) {
  for (double number : {1e20, -1e20, -1.0, 300.0, 2.9, -2.9, std::nan("")}) {
    for (DType dtype : {uint8, int8, int32, int64}) {
      EXPECT_EQ(values(full({1}, number, dtype)), values(full({1}, number, float64).to(dtype)))
          << number << " as " << name_of(dtype);
    }
  }
  EXPECT_EQ(full({}, 1e20).item<int64_t>(), INT64_MAX);
  EXPECT_EQ(full({}, -1.5).item<uint8_t>(), 0);
  expect_error<ValueError>([] { full({1}, 256, uint8); }, "full: 256 does not fit uint8");
  expect_error<ValueError>([] { full({1}, UINT64_MAX, float32); }, "the number 18446744073709551615 is beyond int64");
  EXPECT_EQ(full({}, uint64_t{7}).item<int64_t>(), 7);
}

}  // namespace tenon::testing
