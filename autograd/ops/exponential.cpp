#include "tenon/autograd/ops/exponential.h"

#include <cmath>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/create.h"
#include "tenon/autograd/precision.h"
#include "tenon/autograd/record.h"

namespace tenon::inline v0 {

Tensor exp(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("exp", exp(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(b.dy() * b.output()); });
}
Tensor expm1(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("expm1", expm1(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(b.dy() * (b.output() + 1)); });
}
Tensor log(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("log", log(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() / b.input(0)); });
}
Tensor log1p(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("log1p", log1p(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() / (b.input(0) + 1)); });
}
Tensor log2(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("log2", log2(x.array()), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() / (b.input(0) * 0.69314718055994530942)); });
}
Tensor sqrt(const Tensor& x) {
  return record("sqrt", sqrt(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(b.dy() / (b.output() * 2)); });
}
Tensor rsqrt(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("rsqrt", rsqrt(x.array()), {x}, keep_output,
                [](const Backward& b) { return gradients(b.dy() * (b.output() * square(b.output()) * -0.5)); });
}
Tensor erf(const Tensor& x) {
  return record("erf", erf(x.array()), {x}, keep_inputs, [](const Backward& b) {
    return gradients(b.dy() * (exp(-square(b.input(0))) * 1.12837916709551257390));
  });
}

Tensor pow(const Tensor& base0, const Tensor& exponent0) {
  auto [base, exponent] = full_precision(base0, exponent0);
  const Keep keep = exponent.requires_grad() ? keep_inputs | keep_output : keep_inputs;
  return record("pow", pow(base.array(), exponent.array()), {base, exponent}, keep, [](const Backward& b) {
    const Tensor a = b.input(0), n = b.input(1);
    return b.each([&] { return b.dy() * where(n == 0, 0, n * pow(a, n - 1)); },
                  [&] { return b.dy() * where(logical_and(a == 0, n >= 0), 0, b.output() * log(a)); });
  });
}
Tensor pow(const Tensor& base0, Scalar exponent) {
  auto [base] = full_precision(base0);
  return record("pow", pow(base.array(), exponent), {base}, keep_inputs,
                [n = exponent.to<double>()](const Backward& b) {
                  if (n == 0) return gradients(zeros_like(b.dy()));
                  return gradients(b.dy() * (pow(b.input(0), n - 1) * n));
                });
}
Tensor pow(Scalar base, const Tensor& exponent0) {
  auto [exponent] = full_precision(exponent0);
  return record("pow", pow(base, exponent.array()), {exponent}, keep_inputs | keep_output,
                [a = base.to<double>()](const Backward& b) {
                  if (a == 0) {
                    const Array n = b.input(0).array();
                    return gradients(b.dy() * where(n >= 0, 0., where(n < 0, -INFINITY, NAN)));
                  }
                  return gradients(b.dy() * (b.output() * std::log(a)));
                });
}

}  // namespace tenon::inline v0
