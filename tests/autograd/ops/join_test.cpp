#include "tenon/autograd/ops/join.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

using Values = std::vector<double>;

TEST(Split, PartsThatNobodyUsedHaveNoGradient) {
  Tensor x(arange(6).to(float64));
  x.requires_grad(true);
  const std::vector<Tensor> parts = split(x, {1, 2, 3});
  sum(parts[1] * parts[1]).backward();
  EXPECT_EQ(values(x.grad().array()), (Values{0, 2, 4, 0, 0, 0}));
  const std::vector<Tensor> halves = chunk(x, 2);
  EXPECT_EQ(values(grad({sum(halves[1] * 3)}, {x})[0].array()), (Values{0, 0, 0, 3, 3, 3}));
}

// One op with many outputs: not a slice each, whose gradient would be as large as x.
TEST(Split, TheGradientIsJoinedOnce) {
  Tensor x(ones({1000, 100}, float64));
  x.requires_grad(true);
  std::vector<Tensor> sums;
  for (const Tensor& part : split(x, 1)) sums.push_back(sum(part));
  const Tensor total = sum(stack(sums));
  EXPECT_EQ(values(grad({total}, {x})[0].array()), Values(100000, 1));
  EXPECT_STREQ(split(x, 1)[7].made_by(), "split");
  EXPECT_STREQ(chunk(x, 4)[3].made_by(), "chunk");
}

}  // namespace tenon::testing
