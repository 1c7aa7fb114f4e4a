#include "tenon/autograd/ops/softmax.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/precision.h"

namespace tenon::inline v0 {

Tensor softmax(const Tensor& x0, int64_t axis) {
  auto [x] = full_precision(x0);
  return record("softmax", softmax(x.array(), axis), {x}, keep_output, [axis](const Backward& b) {
    const Tensor y = b.output();
    if (!b.create_graph()) return gradients(softmax_grad(b.dy().array(), y.array(), axis));
    return gradients(y * (b.dy() - sum(b.dy() * y, axis, true)));
  });
}

Tensor log_softmax(const Tensor& x0, int64_t axis) {
  auto [x] = full_precision(x0);
  return record("log_softmax", log_softmax(x.array(), axis), {x}, keep_output, [axis](const Backward& b) {
    const Tensor y = b.output();
    if (!b.create_graph()) return gradients(log_softmax_grad(b.dy().array(), y.array(), axis));
    return gradients(b.dy() - exp(y) * sum(b.dy(), axis, true));
  });
}

}  // namespace tenon::inline v0
