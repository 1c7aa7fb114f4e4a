#include "tenon/autograd/print.h"

#include <gtest/gtest.h>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/ops/create.h"

namespace tenon::testing {

TEST(PrintTensor, ShowsWhereItComesFrom) {
  const Tensor x = array({1.f, 2.f});
  EXPECT_EQ(to_string(x), "tensor([1., 2.])");
  x.requires_grad(true);
  EXPECT_EQ(to_string(x), "tensor([1., 2.], requires_grad=true)");
  EXPECT_EQ(to_string(x * 2), "tensor([2., 4.], grad_fn=<mul>)");
}

}  // namespace tenon::testing
