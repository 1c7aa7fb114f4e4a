#include "tenon/core/ops/softmax.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Values = std::vector<double>;

TEST(Softmax, LargeValuesAndInfinities) {
  const Array x = from_values({2, 3}, {1000, 1000, -infinity, -5000, -5000, -5000}, float32);
  for (const Array& y : {softmax(x, 1), transpose(softmax(transpose(x), 0))}) {
    const Values v = values(y);
    EXPECT_NEAR(v[0], 0.5, 1e-6);
    EXPECT_EQ(v[2], 0);
    EXPECT_NEAR(v[4], 1. / 3, 1e-6);
  }
  EXPECT_NEAR(values(log_softmax(x, 1))[1], -std::log(2), 1e-6);
  EXPECT_EQ(values(log_softmax(x, 1))[2], -infinity);
}

TEST(Softmax, SixteenBitsLoseNothingInBetween) {
  // 3000 equal terms: their sum does not fit a running bfloat16.
  const Values v = values(softmax(zeros({1, 3000}, bfloat16), 1));
  EXPECT_NEAR(v[0], 1. / 3000, 1e-6);
  EXPECT_NEAR(values(softmax(zeros({3000, 2}, bfloat16), 0))[1], 1. / 3000, 1e-6);
}

TEST(LogSumExp, LargeValuesAndInfinities) {
  EXPECT_NEAR(logsumexp(full({5000}, -700, float64)).item<double>(), -700 + std::log(5000), 1e-9);
  EXPECT_NEAR(logsumexp(full({5000}, 800, float32)).item<double>(), 800 + std::log(5000), 1e-3);
  EXPECT_EQ(logsumexp(full({5000}, -infinity, float32)).item<double>(), -infinity);
  EXPECT_EQ(logsumexp(empty({0})).item<double>(), -infinity);
  // Whole blocks of -infinity, and one infinity among them, do not spoil the others.
  Array x = full({9000}, -infinity, float64);
  slice(x, 0, 5000, 5001).copy_(full({}, -900, float64));
  EXPECT_NEAR(logsumexp(x).item<double>(), -900, 1e-9);
  slice(x, 0, 8000, 8001).copy_(full({}, infinity, float64));
  EXPECT_EQ(logsumexp(x).item<double>(), infinity);
  slice(x, 0, 100, 101).copy_(full({}, std::nan(""), float64));
  EXPECT_TRUE(std::isnan(logsumexp(x).item<double>()));
}

TEST(Softmax, SaysWhatIsWrong) {
  expect_error<DTypeError>([] { softmax(ones({2}, int32), 0); },
                           "softmax: dtype int32 is not supported (supported: float16, bfloat16, float32, float64)");
  expect_error<IndexError>([] { log_softmax(ones({2}), 1); },
                           "log_softmax: axis 1 is out of range for an array of 1 dimension");
  expect_error<ShapeError>([] { softmax_grad(ones({2}), ones({3}), 0); }, "softmax_grad: dy is [2], y is [3]");
}

TEST(SoftmaxGrad, OperandsOnTwoDevices) {
  const Array y = softmax(ones({3}), 0);
  expect_error<DeviceError>([&] { softmax_grad(y.to(fake()), y, 0); }, "softmax_grad: y is on cpu, dy is on fake:0");
}

}  // namespace
}  // namespace tenon::testing
