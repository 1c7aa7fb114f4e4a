#include "tenon/core/ops/sum.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

/// Each element twice, side by side.
Array repeat_each(const Array& x) { return flatten(expand(unsqueeze(x, 1), {x.size(0), 2}).contiguous(), 0, -1); }

TEST(Sum, StaysExactOverLongRunsAndColumns) {
  // Adding 0.1f a million times in order ends at 100958; in pairs only the last bits suffer.
  const Array x = full({1000000}, 0.1, float32);
  const double exact = 1e6 * static_cast<double>(0.1f);
  EXPECT_NEAR(sum(x).item<double>(), exact, 1e-6 * exact);
  const std::vector<double> columns = values(sum(reshape(x, {200000, 5}), 0));
  for (double column : columns) EXPECT_NEAR(column, exact / 5, 1e-6 * exact);
  EXPECT_NEAR(mean(x).item<double>(), static_cast<double>(0.1f), 1e-7);
}

TEST(Sum, EveryCutOfALargeArrayAddsUp) {
  Array x = ones({3, 130, 7, 301}, int64);
  for (const Axes& axes : {Axes{0}, Axes{1}, Axes{2}, Axes{3}, Axes{0, 1}, Axes{1, 2}, Axes{0, 2}, Axes{0, 3},
                           Axes{1, 3}, Axes{0, 1, 2}, Axes{0, 2, 3}, Axes{1, 2, 3}, Axes{}}) {
    for (const Array& y : {x, permute(x, {2, 0, 3, 1}), slice(x, 3, 0, to_end, 2)}) {
      const Array total = sum(y, axes);
      const auto each = static_cast<double>(y.numel() / total.numel());
      for (double v : values(total)) ASSERT_EQ(v, each) << text("shape ", y.shape(), " to ", total.shape());
    }
  }
}

// Each element counts once, whatever the length: squares, so that hardly any stands for another.
TEST(Sum, TakesEveryElementOnce) {
  for (const DType dtype : {int32, int64, float32, float64}) {
    for (int64_t n = 1; n < 300; ++n) {
      const Array x = cast(square(arange(n) - n / 2), dtype), every_other = slice(repeat_each(x), 0, 0, to_end, 2);
      double squares = 0;
      for (double v : values(x)) squares += v;
      for (const Array& y : {x, every_other, flip(x, 0)}) {
        ASSERT_EQ(sum(y).item<double>(), squares) << text(n, " ", name_of(dtype));
        ASSERT_EQ(max(y).item<double>(), x.select(0, 0).item<double>()) << text(n, " ", name_of(dtype));
        ASSERT_EQ(min(y).item<double>(), 0) << text(n, " ", name_of(dtype));
      }
    }
  }
}

TEST(Sum, IntegersAndBoolGiveInt64) {
  EXPECT_EQ(sum(full({300}, 1, bool_)).item<int64_t>(), 300);
  EXPECT_EQ(sum(full({300}, 200, uint8)).dtype(), int64);
  EXPECT_EQ(sum(full({300}, 200, uint8)).item<int64_t>(), 60000);
  EXPECT_EQ(prod(full({5}, 3, int8)).item<int64_t>(), 243);
}

TEST(Sum, OfNoElements) {
  EXPECT_EQ(values(sum(empty({0, 2}), 0)), (std::vector<double>{0, 0}));
  EXPECT_EQ(prod(empty({0})).item<double>(), 1);
  EXPECT_TRUE(std::isnan(mean(empty({0})).item<double>()));
  EXPECT_TRUE(std::isnan(var(empty({0})).item<double>()));
  EXPECT_EQ(norm(empty({0})).item<double>(), 0);
  EXPECT_EQ(sum(empty({0, 2}), 1).shape(), Shape({0}));
}

TEST(Sum, VarianceDoesNotCancel) {
  // 1e6 + {0, 1, 2, 3}: the sum of squares alone would need 40 bits.
  const Array few = from_values({4, 1}, {1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3}, float32);
  const Array x = reshape(expand(few, {4, 3000}), {12000});
  EXPECT_NEAR(var(x, {}, {.correction = 0}).item<double>(), 1.25, 1e-4);
  EXPECT_NEAR(std(x, {}, {.correction = 0}).item<double>(), std::sqrt(1.25), 1e-4);
  for (double v : values(var(expand(unsqueeze(x, 1), {12000, 3}), 0, {.correction = 0}))) EXPECT_NEAR(v, 1.25, 1e-4);
  EXPECT_TRUE(std::isnan(var(ones({1})).item<double>()));
}

TEST(Sum, SaysWhatIsWrong) {
  expect_error<DTypeError>([] { mean(ones({2}, int64)); },
                           "mean: dtype int64 is not supported (supported: float16, bfloat16, float32, float64)");
  expect_error<IndexError>([] { sum(ones({2, 3}), 2); }, "sum: axis 2 is out of range for an array of 2 dimensions");
  expect_error<IndexError>([] { sum(ones({2, 3}), {0, -2}); }, "sum: axis -2 is given twice in [0, -2]");
  expect_error<ValueError>([] { norm(ones({2}), 3); }, "norm: p must be 1, 2 or infinity, got 3");
}

TEST(Norm, OneOfThree) {
  expect_error<ValueError>([] { norm(ones({2}), -INFINITY); }, "norm: p must be 1, 2 or infinity, got -inf");
  expect_error<ValueError>([] { norm(ones({2}), 3); }, "norm: p must be 1, 2 or infinity, got 3");
}

}  // namespace
}  // namespace tenon::testing
