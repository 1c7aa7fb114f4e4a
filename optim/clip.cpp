#include "tenon/optim/clip.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/exponential.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/sum.h"

namespace tenon::inline v0::optim {

namespace {

/// What squares and sums do not overflow in.
Array widened(const Array& x) { return size_of(x.dtype()) == 2 ? x.to(float32) : x; }

}  // namespace

Array clip_grad_norm(const std::vector<Tensor>& parameters, double max_norm) {
  TENON_CHECK(max_norm >= 0, ValueError, "clip_grad_norm: max_norm must not be negative, got ", max_norm);
  Array total;
  for (const Tensor& p : parameters) {
    const Tensor gradient = p.grad();
    if (!gradient.defined()) continue;
    const Array squares = sum(square(widened(gradient.array())));
    total = total.defined() ? total + squares.to(total.device()) : squares;
  }
  if (!total.defined()) return zeros({});
  const Array norm = sqrt(total);
  const Array factor = minimum(max_norm / (norm + 1e-6), 1);
  for (const Tensor& p : parameters) {
    const Tensor gradient = p.grad();
    if (!gradient.defined()) continue;
    const Array& g = gradient.array();
    const Array here = factor.to(g.device());
    if (size_of(g.dtype()) == 2) {
      copy_(g, widened(g) * here);
    } else {
      mul_(g, here);
    }
  }
  return norm;
}

}  // namespace tenon::inline v0::optim
