#include "tenon/autograd/ops/arithmetic.h"

#include "tenon/autograd/in_place.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/factors.h"
#include "tenon/autograd/precision.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

using detail::keep_factors;

namespace {

/// What of dy goes to the larger of two: all of it, half where they are equal, nothing to the smaller. Where one is
/// nan, both are the larger.
template <class A, class B>
Tensor to_larger(const Tensor& dy, const A& a, const B& b) {
  return where(lt(a, b), 0, where(eq(a, b), dy * 0.5, dy));
}
template <class A, class B>
Tensor to_smaller(const Tensor& dy, const A& a, const B& b) {
  return where(gt(a, b), 0, where(eq(a, b), dy * 0.5, dy));
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  return record("add", add(a.array(), b.array()), {a, b}, keep_nothing,
                [](const Backward& g) { return gradients(g.dy(), g.dy()); });
}
Tensor add(const Tensor& a, Scalar b) {
  return record("add", add(a.array(), b), {a}, keep_nothing, [](const Backward& g) { return gradients(g.dy()); });
}
Tensor add(Scalar a, const Tensor& b) { return add(b, a); }

Tensor sub(const Tensor& a, const Tensor& b) {
  return record("sub", sub(a.array(), b.array()), {a, b}, keep_nothing,
                [](const Backward& g) { return g.each([&] { return g.dy(); }, [&] { return -g.dy(); }); });
}
Tensor sub(const Tensor& a, Scalar b) {
  return record("sub", sub(a.array(), b), {a}, keep_nothing, [](const Backward& g) { return gradients(g.dy()); });
}
Tensor sub(Scalar a, const Tensor& b) {
  return record("sub", sub(a, b.array()), {b}, keep_nothing, [](const Backward& g) { return gradients(-g.dy()); });
}

Tensor mul(const Tensor& a, const Tensor& b) {
  return record("mul", mul(a.array(), b.array()), {a, b}, keep_factors(a, b), [](const Backward& g) {
    return g.each([&] { return g.dy() * g.input(1); }, [&] { return g.dy() * g.input(0); });
  });
}
Tensor mul(const Tensor& a, Scalar b) {
  return record("mul", mul(a.array(), b), {a}, keep_nothing, [b](const Backward& g) { return gradients(g.dy() * b); });
}
Tensor mul(Scalar a, const Tensor& b) { return mul(b, a); }

Tensor div(const Tensor& a, const Tensor& b) {
  const Keep keep = b.requires_grad() ? keep_input(1) | keep_output : keep_input(1);
  return record("div", div(a.array(), b.array()), {a, b}, keep, [](const Backward& g) {
    return g.each([&] { return g.dy() / g.input(1); }, [&] { return -g.dy() * g.output() / g.input(1); });
  });
}
Tensor div(const Tensor& a, Scalar b) {
  return record("div", div(a.array(), b), {a}, keep_nothing, [b](const Backward& g) { return gradients(g.dy() / b); });
}
Tensor div(Scalar a, const Tensor& b) {
  return record("div", div(a, b.array()), {b}, keep_input(0) | keep_output,
                [](const Backward& g) { return gradients(-g.dy() * g.output() / g.input(0)); });
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  return record("maximum", maximum(a.array(), b.array()), {a, b}, keep_inputs, [](const Backward& g) {
    const Array x = g.input(0).array(), y = g.input(1).array();
    return g.each([&] { return to_larger(g.dy(), x, y); }, [&] { return to_larger(g.dy(), y, x); });
  });
}
Tensor maximum(const Tensor& a, Scalar b) {
  return record("maximum", maximum(a.array(), b), {a}, keep_inputs,
                [b](const Backward& g) { return gradients(to_larger(g.dy(), g.input(0).array(), b)); });
}
Tensor minimum(const Tensor& a, const Tensor& b) {
  return record("minimum", minimum(a.array(), b.array()), {a, b}, keep_inputs, [](const Backward& g) {
    const Array x = g.input(0).array(), y = g.input(1).array();
    return g.each([&] { return to_smaller(g.dy(), x, y); }, [&] { return to_smaller(g.dy(), y, x); });
  });
}
Tensor minimum(const Tensor& a, Scalar b) {
  return record("minimum", minimum(a.array(), b), {a}, keep_inputs,
                [b](const Backward& g) { return gradients(to_smaller(g.dy(), g.input(0).array(), b)); });
}

Tensor remainder(const Tensor& a, const Tensor& b) {
  const Keep keep = b.requires_grad() ? keep_inputs | keep_output : keep_nothing;
  return record("remainder", remainder(a.array(), b.array()), {a, b}, keep, [](const Backward& g) {
    // output = a - floor(a/b) b
    return g.each([&] { return g.dy(); }, [&] { return g.dy() * ((g.output() - g.input(0)) / g.input(1)); });
  });
}
Tensor remainder(const Tensor& a, Scalar b) {
  return record("remainder", remainder(a.array(), b), {a}, keep_nothing,
                [](const Backward& g) { return gradients(g.dy()); });
}

Tensor neg(const Tensor& x) {
  return record("neg", neg(x.array()), {x}, keep_nothing, [](const Backward& g) { return gradients(-g.dy()); });
}
Tensor abs(const Tensor& x) {
  return record("abs", abs(x.array()), {x}, keep_inputs,
                [](const Backward& g) { return gradients(g.dy() * sign(g.input(0))); });
}
Tensor sign(const Tensor& x) {
  return record("sign", sign(x.array()), {x}, keep_nothing,
                [](const Backward& g) { return gradients(Tensor(zeros_like(g.dy().array()))); });
}
Tensor square(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("square", square(x.array()), {x}, keep_inputs,
                [](const Backward& g) { return gradients(g.dy() * g.input(0) * 2); });
}
Tensor reciprocal(const Tensor& x0) {
  auto [x] = full_precision(x0);
  return record("reciprocal", reciprocal(x.array()), {x}, keep_output,
                [](const Backward& g) { return gradients(-g.dy() * square(g.output())); });
}

void add_(const Tensor& x, const Tensor& y) { detail::check_in_place("add_", x, y), add_(x.array(), y.array()); }
void add_(const Tensor& x, Scalar y) { detail::check_in_place("add_", x), add_(x.array(), y); }
void sub_(const Tensor& x, const Tensor& y) { detail::check_in_place("sub_", x, y), sub_(x.array(), y.array()); }
void sub_(const Tensor& x, Scalar y) { detail::check_in_place("sub_", x), sub_(x.array(), y); }
void mul_(const Tensor& x, const Tensor& y) { detail::check_in_place("mul_", x, y), mul_(x.array(), y.array()); }
void mul_(const Tensor& x, Scalar y) { detail::check_in_place("mul_", x), mul_(x.array(), y); }
void div_(const Tensor& x, const Tensor& y) { detail::check_in_place("div_", x, y), div_(x.array(), y.array()); }
void div_(const Tensor& x, Scalar y) { detail::check_in_place("div_", x), div_(x.array(), y); }

}  // namespace tenon::inline v0
