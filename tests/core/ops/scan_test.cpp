#include "tenon/core/ops/scan.h"

#include <gtest/gtest.h>

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {
namespace {

TEST(Scan, ErrorsDoNotPileUp) {
  const double step = static_cast<double>(0.1f);
  const std::vector<double> v = values(cumsum(full({100000}, 0.1, float32), 0));
  EXPECT_NEAR(v.back(), 1e5 * step, 1e-2 * step);
  EXPECT_EQ(values(cumsum(full({3}, true, bool_), 0)), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(cumsum(empty({0, 2}), 0).shape(), Shape({0, 2}));
}

TEST(Scan, LinearScanIsARecurrence) {
  const Array a = from_values({3}, {9, 2, 3}, float32), b = from_values({2, 3}, {1, 1, 1, 0, 1, 0}, float32);
  EXPECT_EQ(values(linear_scan(a, b, 1)), (std::vector<double>{1, 3, 10, 0, 1, 3}));
  EXPECT_EQ(values(linear_scan(from_values({1, 1}, {2}, float32), b, 0)), (std::vector<double>{1, 1, 1, 2, 3, 2}));
}

TEST(Scan, SaysWhatIsWrong) {
  expect_error<IndexError>([] { cumsum(ones({2}), 1); }, "cumsum: axis 1 is out of range for an array of 1 dimension");
  expect_error<ShapeError>([] { linear_scan(ones({2}), ones({3}), 0); },
                           "linear_scan: shapes do not broadcast: a is [2], b is [3]");
}

}  // namespace
}  // namespace tenon::testing
