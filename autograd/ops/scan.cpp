#include "tenon/autograd/ops/scan.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/arrange.h"
#include "tenon/autograd/ops/join.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

namespace {

/// The elements one place further along the axis, `first` at its front.
Tensor moved_on(const Tensor& x, int axis, double first) {
  if (x.size(axis) == 0) return x;
  Shape shape = x.shape();
  shape[axis] = 1;
  return cat({Tensor(full(shape, first, x.dtype(), x.device())), slice(x, axis, 0, -1)}, axis);
}

/// s[i] = dy[i] + a[i + 1] s[i + 1]
Tensor scan_back(const Tensor& a, const Tensor& dy, int axis) {
  return flip(linear_scan(moved_on(flip(a, axis), axis, 0), flip(dy, axis), axis), axis);
}

}  // namespace

Tensor cumsum(const Tensor& x0, int64_t axis) {
  auto [x] = full_precision(x0);
  return record("cumsum", cumsum(x.array(), axis), {x}, keep_nothing,
                [axis](const Backward& b) { return gradients(flip(cumsum(flip(b.dy(), axis), axis), axis)); });
}

Tensor cumprod(const Tensor& x0, int64_t axis) {
  auto [x] = full_precision(x0);
  if (x.defined() && x.ndim() == 0) return reshape(cumprod(unsqueeze(x, 0), axis), {});
  Array y = cumprod(x.array(), axis);
  const int at = normalize_axis(axis, x.ndim(), "cumprod");
  return record("cumprod", static_cast<Array&&>(y), {x}, keep_inputs | keep_output, [at](const Backward& b) {
    return gradients(moved_on(b.output(), at, 1) * scan_back(b.input(0), b.dy(), at));
  });
}

Tensor linear_scan(const Tensor& a, const Tensor& b, int64_t axis) {
  Array h = linear_scan(a.array(), b.array(), axis);
  const int at = normalize_axis(axis, h.ndim(), "linear_scan");
  return record("linear_scan", static_cast<Array&&>(h), {a, b}, keep_input(0) | keep_output, [at](const Backward& g) {
    const Tensor db = scan_back(expand(g.input(0), g.dy().shape()), g.dy(), at);
    return g.each([&] { return db * moved_on(g.output(), at, 0); }, [&] { return db; });
  });
}

}  // namespace tenon::inline v0
