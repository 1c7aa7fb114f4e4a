#include "tenon/autograd/ops/loss.h"

#include "tenon/autograd/ops/sum.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

// -100, the class to be ignored, is none of theirs.
TEST(Losses, SmallIntegersAsClassesIgnoreNone) {
  Tensor logits(mul(arange(400).to(float64).reshape({2, 200}), 0.01));
  logits.requires_grad(true);
  const Array wide = array<int64_t>({156, 3});
  const Tensor narrow(wide.to(uint8)), target(wide);
  for (const bool create_graph : {false, true}) {
    const GradOptions options{.create_graph = create_graph};
    EXPECT_EQ(values(grad({nll_loss(logits, narrow)}, {logits}, options)[0].array()),
              values(grad({nll_loss(logits, target)}, {logits}, options)[0].array()));
    EXPECT_EQ(values(grad({cross_entropy(logits, narrow)}, {logits}, options)[0].array()),
              values(grad({cross_entropy(logits, target)}, {logits}, options)[0].array()));
  }
}

}  // namespace tenon::testing
