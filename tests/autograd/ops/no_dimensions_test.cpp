// Ops along an axis differentiate arrays of no dimensions as they do those of a single element.
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/extremum.h"
#include "tenon/autograd/ops/index.h"
#include "tenon/autograd/ops/scan.h"
#include "tenon/autograd/ops/softmax.h"
#include "tenon/autograd/ops/sort.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/tests/autograd/helpers.h"

namespace tenon::testing {

TEST(NoDimensions, GradientsAlongAnAxis) {
  using Op = Tensor (*)(const Tensor&, int64_t);
  const std::vector<Op> ops = {
      [](const Tensor& x, int64_t axis) { return softmax(x, axis) * x; },
      [](const Tensor& x, int64_t axis) { return log_softmax(x, axis) * x; },
      [](const Tensor& x, int64_t axis) { return square(cumsum(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(cumprod(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(sort(x, axis).values); },
      [](const Tensor& x, int64_t axis) { return square(topk(x, 1, {.axis = axis}).values); },
      [](const Tensor& x, int64_t axis) { return square(max(x, axis).values); },
      [](const Tensor& x, int64_t axis) { return square(min(x, axis, true).values); },
      [](const Tensor& x, int64_t axis) { return square(sum(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(mean(x, axis, true)); },
      [](const Tensor& x, int64_t axis) { return square(amax(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(prod(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(logsumexp(x, axis)); },
      [](const Tensor& x, int64_t axis) { return square(gather(x, axis, full({}, 0, int64))); },
      [](const Tensor& x, int64_t axis) { return sum(square(gather(x, axis, zeros({3}, int64)))); },
      [](const Tensor& x, int64_t axis) { return square(index_select(x, axis, zeros({1}, int64))); },
      [](const Tensor& x, int64_t axis) { return square(scatter_add(x, axis, full({}, 0, int64), x)); },
      [](const Tensor& x, int64_t axis) { return square(index_add(x, axis, full({}, 0, int64), x)); },
  };
  for (size_t i = 0; i < ops.size(); ++i) {
    for (int64_t axis : {0, -1}) {
      const auto f = [&](const std::vector<Tensor>& in) { return ops[i](in[0], axis); };
      Tensor x(full({}, 1.5, float64));
      x.requires_grad(true);
      EXPECT_EQ(f({x}).shape(), Shape()) << i;
      EXPECT_EQ(gradcheck(f, {x}), "") << i;
      EXPECT_EQ(gradgradcheck(f, {x}), "") << i;
    }
  }
}

}  // namespace tenon::testing
