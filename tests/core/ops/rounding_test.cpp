#include "tenon/core/ops/rounding.h"

#include <cmath>

#include "tenon/core/ops/trigonometric.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;

TEST(Rounding, HalvesGoToTheEvenNeighbour) {
  for (DType dtype : {float16, float32, float64}) {
    const Array x = array({-2.5, -1.5, -0.4, 0.5, 1.5, 2.5, 2.6}).to(dtype);
    EXPECT_EQ(values(round(x)), (Values{-2, -2, 0, 0, 2, 2, 3}));
    EXPECT_EQ(values(floor(x)), (Values{-3, -2, -1, 0, 1, 2, 2}));
    EXPECT_EQ(values(ceil(x)), (Values{-2, -1, 0, 1, 2, 3, 3}));
    EXPECT_EQ(values(trunc(x)), (Values{-2, -1, 0, 0, 1, 2, 2}));
  }
}

TEST(Rounding, WholeAndLargeNumbersStay) {
  EXPECT_EQ(values(round(array({3, -4}))), (Values{3, -4}));
  EXPECT_EQ(floor(array({3})).dtype(), int32);
  EXPECT_EQ(values(floor(array({1e30, -HUGE_VAL}))), (Values{1e30, -HUGE_VAL}));
  expect_error<DTypeError>(
      [] { floor(array({true})); },
      "floor: dtype bool is not supported (supported: uint8, int8, int32, int64, float16, bfloat16, "
      "float32, float64)");
}

TEST(Trigonometric, OutsideTheDomainIsNan) {
  EXPECT_TRUE(std::isnan(asin(array({1.5f})).item<float>()));
  EXPECT_TRUE(std::isnan(acos(array({-2.0})).item<double>()));
  EXPECT_TRUE(std::isnan(sin(array({INFINITY})).item<float>()));
  EXPECT_EQ(sin(array({1})).dtype(), float32);
  EXPECT_DOUBLE_EQ(atan2(array({1.0}), array({-1.0})).item<double>(), 2.35619449019234492885);
}

}  // namespace tenon::testing
