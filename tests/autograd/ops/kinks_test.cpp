// Where a derivative jumps, its value is pinned: the same as PyTorch's.
#include <cmath>

#include "tenon/autograd/autograd.h"
#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/comparison.h"
#include "tenon/autograd/ops/exponential.h"
#include "tenon/autograd/ops/random.h"
#include "tenon/autograd/ops/rounding.h"
#include "tenon/core/ops/sum.h"
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
