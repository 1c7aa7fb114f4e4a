#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

TEST(InPlace, ThrowsWhereItWouldHaveToBeRecorded) {
  const Tensor x = leaf(ones({2})), plain = ones({2});
  const std::string target = ": writes in place into a tensor that asks for gradients; use NoGrad";
  const std::string operand = ": the operand asks for gradients, which an in-place write does not record; use NoGrad";
  EXPECT_EQ(error_of([&] { add_(x, plain); }), "add_" + target);
  EXPECT_EQ(error_of([&] { mul_(x, 2); }), "mul_" + target);
  EXPECT_EQ(error_of([&] { x.copy_(plain); }), "copy_" + target);
  EXPECT_EQ(error_of([&] { sub_(plain, x); }), "sub_" + operand);
  EXPECT_EQ(error_of([&] { div_(x * 2, 2); }), "div_" + target);
  EXPECT_EQ(values(x), Values({1, 1}));
  const NoGrad off;
  add_(x, plain);
  sub_(plain, x);
  EXPECT_EQ(values(x), Values({2, 2}));
  EXPECT_EQ(values(plain), Values({-1, -1}));
}

TEST(InPlace, WritesOnPlainTensors) {
  const Tensor x = full({2}, 6.f);
  add_(x, 2);
  div_(x, full({2}, 4.f));
  mul_(x, x);
  EXPECT_EQ(values(x), Values({4, 4}));
}

}  // namespace tenon::testing
