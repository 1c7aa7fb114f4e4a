// Where a derivative jumps, its value is pinned: the same as PyTorch's.
#include <cmath>

#include "tenon/autograd/autograd.h"
#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/ops/extremum.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/loss.h"
#include "tenon/autograd/ops/random.h"
#include "tenon/autograd/ops/rounding.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/autograd/ops/trigonometric.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {

using Values = std::vector<double>;

namespace {

template <class F>
Values gradient(const Values& x, F f) {
  Tensor leaf(array(x));
  leaf.requires_grad(true);
  return values(
      grad({f(leaf)}, {leaf}, {.grad_outputs = {ones({static_cast<int64_t>(x.size())}, float64)}})[0].array());
}

}  // namespace

TEST(Kinks, AtZero) {
  EXPECT_EQ(gradient({-1, 0, 1}, [](const Tensor& x) { return relu(x); }), (Values{0, 0, 1}));
  EXPECT_EQ(gradient({-1, 0, 1}, [](const Tensor& x) { return abs(x); }), (Values{-1, 0, 1}));
  EXPECT_EQ(gradient({0, 4}, [](const Tensor& x) { return sqrt(x); }), (Values{INFINITY, 0.25}));
}

TEST(Kinks, NanPassesReluAndItsGradient) {
  EXPECT_EQ(gradient({NAN, -1, 2}, [](const Tensor& x) { return relu(x); }), (Values{1, 0, 1}));
}

TEST(Kinks, NoDirectionAtTheOrigin) {
  const Tensor other(array({0., -0., 0., 2., 1e-200}));
  const Values at{0, 0, -0., 0, 0};
  EXPECT_EQ(gradient(at, [&](const Tensor& y) { return atan2(y, other); }), (Values{0, 0, 0, 0.5, INFINITY}));
  EXPECT_EQ(gradient(at, [&](const Tensor& x) { return atan2(other, x); }), (Values{0, 0, 0, -0.5, -INFINITY}));
}

TEST(Kinks, FarOutGatesAreOpenOrShut) {
  const double inf = INFINITY;
  const auto check = [](const Values& far, DType dtype, bool create_graph) {
    const auto slope = [&](const auto& f) {
      Tensor x(array(far).to(dtype));
      x.requires_grad(true);
      return values(grad({sum(f(x))}, {x}, {.create_graph = create_graph})[0].array());
    };
    EXPECT_EQ(slope([](const Tensor& x) { return silu(x); }), (Values{0, 0, 1, 1}));
    EXPECT_EQ(slope([](const Tensor& x) { return gelu(x); }), (Values{0, 0, 1, 1}));
    EXPECT_EQ(slope([](const Tensor& x) { return gelu(x, {.approximate = true}); }), (Values{0, 0, 1, 1}));
    EXPECT_EQ(slope([](const Tensor& x) { return sigmoid(x); }), (Values{0, 0, 0, 0}));
    EXPECT_EQ(slope([](const Tensor& x) { return tanh(x); }), (Values{0, 0, 0, 0}));
  };
  for (const bool create_graph : {false, true}) {
    check({-inf, -1e300, 1e300, inf}, float64, create_graph);
    for (const DType dtype : {float16, bfloat16, float32}) check({-inf, -300, 300, inf}, dtype, create_graph);
  }
}

TEST(Kinks, CertainLogits) {
  const Tensor logits(array({INFINITY, -INFINITY, INFINITY, -INFINITY})), labels(array({1., 0., 0., 1.}));
  EXPECT_EQ(values(bce_with_logits(logits, labels, {.reduction = Reduction::none}).array()),
            (Values{0, 0, INFINITY, INFINITY}));
  EXPECT_EQ(gradient({INFINITY, -INFINITY, INFINITY, -INFINITY},
                     [&](const Tensor& x) { return bce_with_logits(x, labels, {.reduction = Reduction::none}); }),
            (Values{0, 0, 1, -1}));
}

TEST(Kinks, LogarithmsAndQuotientsAtZero) {
  const double inf = INFINITY;
  EXPECT_EQ(gradient({0, 2}, [](const Tensor& x) { return log(x); }), (Values{inf, 0.5}));
  EXPECT_EQ(gradient({-1, 0}, [](const Tensor& x) { return log1p(x); }), (Values{inf, 1}));
  EXPECT_EQ(gradient({0, 2}, [](const Tensor& x) { return 1 / x; }), (Values{-inf, -0.25}));
  EXPECT_EQ(gradient({0, 2}, [](const Tensor& x) { return reciprocal(x); }), (Values{-inf, -0.25}));
  EXPECT_EQ(gradient({0, 1}, [](const Tensor& x) { return rsqrt(x); }), (Values{-inf, -0.5}));
  EXPECT_EQ(gradient({-1, 0, 1}, [](const Tensor& x) { return asin(x); }), (Values{inf, 1, inf}));
}

TEST(Kinks, ReductionsAtTheirSpecialPoints) {
  EXPECT_EQ(gradient({0, 0}, [](const Tensor& x) { return norm(x) * ones({2}, float64); }), (Values{0, 0}));
  EXPECT_EQ(gradient({0, 0}, [](const Tensor& x) { return norm(x, 1) * ones({2}, float64); }), (Values{0, 0}));
  EXPECT_EQ(gradient({2, 2}, [](const Tensor& x) { return norm(x, INFINITY) * ones({2}, float64); }), (Values{1, 1}));
  EXPECT_EQ(gradient({2, 2}, [](const Tensor& x) { return std(x) * ones({2}, float64); }), (Values{0, 0}));
  EXPECT_EQ(gradient({3, 3, 1}, [](const Tensor& x) { return expand(max(x), {3}); }), (Values{1.5, 1.5, 0}));
  EXPECT_EQ(gradient({3, 3, 1}, [](const Tensor& x) { return expand(max(x, 0).values, {3}); }), (Values{3, 0, 0}));
  EXPECT_EQ(gradient({0, 0, 2}, [](const Tensor& x) { return expand(prod(x), {3}); }), (Values{0, 0, 0}));
  EXPECT_EQ(gradient({0, 3, 2}, [](const Tensor& x) { return expand(prod(x), {3}); }), (Values{18, 0, 0}));
  // The deviation of one element is nan, and so is its gradient.
  EXPECT_TRUE(std::isnan(gradient({2}, [](const Tensor& x) { return reshape(std(x), {1}); })[0]));
  EXPECT_EQ(gradient({-INFINITY, 1}, [](const Tensor& x) { return expand(logsumexp(x), {2}); }), (Values{0, 2}));
}

TEST(Kinks, ClampsBordersBelongToTheInside) {
  EXPECT_EQ(gradient({-2, -1, 0, 1, 2}, [](const Tensor& x) { return clamp(x, -1, 1); }), (Values{0, 1, 1, 1, 0}));
  EXPECT_EQ(gradient({-2, -1, 0}, [](const Tensor& x) { return clamp(x, {.min = -1}); }), (Values{0, 1, 1}));
  EXPECT_EQ(gradient({0, 1, 2}, [](const Tensor& x) { return clamp(x, {.max = 1}); }), (Values{1, 1, 0}));
  EXPECT_EQ(gradient({1, 2}, [](const Tensor& x) { return clamp(Tensor(array({0., 6.})), x, x + 3); }), (Values{1, 1}));
}

TEST(Kinks, TiesAreShared) {
  const Tensor other(array({1., 1., 1.}));
  EXPECT_EQ(gradient({0, 1, 2}, [&](const Tensor& x) { return maximum(x, other); }), (Values{0, 0.5, 1}));
  EXPECT_EQ(gradient({0, 1, 2}, [&](const Tensor& x) { return minimum(other, x); }), (Values{1, 0.5, 0}));
}

TEST(Kinks, TheLargerOfEquals) {
  const double inf = INFINITY;
  const Tensor other(array({inf, -inf, 2., 3., -inf}));
  const Values x{inf, -inf, 2, 4, 1};
  EXPECT_EQ(gradient(x, [&](const Tensor& v) { return maximum(v, other); }), (Values{0.5, 0.5, 0.5, 1, 1}));
  EXPECT_EQ(gradient(x, [&](const Tensor& v) { return maximum(other, v); }), (Values{0.5, 0.5, 0.5, 1, 1}));
  EXPECT_EQ(gradient(x, [&](const Tensor& v) { return minimum(v, other); }), (Values{0.5, 0.5, 0.5, 0, 0}));
  EXPECT_EQ(gradient(x, [&](const Tensor& v) { return minimum(other, v); }), (Values{0.5, 0.5, 0.5, 0, 0}));
  EXPECT_EQ(gradient({inf, 1}, [&](const Tensor& v) { return maximum(v, inf); }), (Values{0.5, 0}));
  EXPECT_EQ(gradient({-inf, 1}, [&](const Tensor& v) { return minimum(v, -inf); }), (Values{0.5, 0}));
}

TEST(Kinks, PowersOfZero) {
  EXPECT_EQ(gradient({0, 2}, [](const Tensor& x) { return pow(x, 0); }), (Values{0, 0}));
  EXPECT_EQ(gradient({0, 2}, [](const Tensor& x) { return pow(x, Tensor(array({0., 3.}))); }), (Values{0, 12}));
  EXPECT_EQ(gradient({0, 1, 2},
                     [](const Tensor& n) {
                       return pow(Tensor(array({0., 0., 1.})), n);
                     }),
            (Values{0, 0, 0}));
  EXPECT_EQ(gradient({-1, 0, 1}, [](const Tensor& n) { return pow(0., n); }), (Values{-INFINITY, 0, 0}));
  EXPECT_TRUE(std::isnan(gradient({NAN}, [](const Tensor& n) { return pow(0., n); })[0]));
}

TEST(Kinks, StepsAreFlat) {
  EXPECT_EQ(gradient({-1, 0.5, 2}, [](const Tensor& x) { return round(x) + floor(x) + ceil(x) + trunc(x); }),
            (Values{0, 0, 0}));
}

TEST(Where, WhatIsNotTakenGivesNoNan) {
  EXPECT_EQ(gradient({0, 4}, [](const Tensor& x) { return where(x > 0, sqrt(where(x > 0, x, 1.)), 0.); }),
            (Values{0, 0.25}));
}

TEST(Dropout, ItsGradientDropsTheSameElements) {
  const Array ones_ = ones({1000}, float64);
  Tensor x(ones_);
  x.requires_grad(true);
  const Tensor y = dropout(x, 0.3);
  EXPECT_TRUE(equal(grad({y}, {x}, {.grad_outputs = {ones_}})[0], y));
}

}  // namespace tenon::testing
