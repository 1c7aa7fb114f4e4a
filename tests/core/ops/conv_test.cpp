#include "tenon/core/ops/conv.h"

#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

TEST(ConvGrad, OutputsThatDoNotDivideIntoGroups) {
  expect_error<ShapeError>(
      [] {
        conv2d_input_grad(ones({1, 3, 2, 2}), ones({3, 1, 1, 1}), {2, 2}, {.groups = 2});
      },
      "conv2d_input_grad: 3 output channels do not divide into 2 groups");
}

}  // namespace tenon::testing
