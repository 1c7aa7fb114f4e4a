#include "tenon/autograd/ops/trigonometric.h"

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/comparison.h"

namespace tenon::inline v0 {

Tensor sin(const Tensor& x) {
  return record("sin", sin(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * cos(b.input(0))); });
}
Tensor cos(const Tensor& x) {
  return record("cos", cos(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(-b.dy() * sin(b.input(0))); });
}
Tensor tan(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("tan", tan(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(b.dy() * (square(b.output()) + 1)); });
}
Tensor asin(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("asin", asin(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * rsqrt(1 - square(b.input(0)))); });
}
Tensor acos(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("acos", acos(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(-b.dy() * rsqrt(1 - square(b.input(0)))); });
}
Tensor atan(const Tensor& x) {
  return record("atan", atan(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() / (square(b.input(0)) + 1)); });
}
Tensor sinh(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("sinh", sinh(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * cosh(b.input(0))); });
}
Tensor cosh(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("cosh", cosh(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * sinh(b.input(0))); });
}

Tensor atan2(const Tensor& y, const Tensor& x) {
  return record("atan2", atan2(y.array(), x.array()), {y, x}, keep_inputs, [](const Backward& b) {
    // At (0, 0) there is no direction: the gradient is 0, as in PyTorch.
    const Array at_y = eq(b.input(0).array(), 0), at_x = eq(b.input(1).array(), 0);
    const Tensor origin = cast(logical_and(at_y, at_x), b.dy().dtype());
    const Tensor radius2 = square(b.input(0)) + square(b.input(1)) + origin;
    return b.each([&] { return b.dy() * (b.input(1) / radius2); }, [&] { return -b.dy() * (b.input(0) / radius2); });
  });
}

}  // namespace tenon::inline v0
