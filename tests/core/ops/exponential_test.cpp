#include "tenon/core/ops/exponential.h"

#include <cmath>

#include "tenon/core/ops/activation.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;
static const double nan = NAN, inf = INFINITY;

namespace {

/// Every 65521st float: all exponents, both signs, nan, infinities and denormals.
Array all_kinds_of_floats() {
  std::vector<float> x;
  for (uint64_t bits = 0; bits < 1ull << 32; bits += 65521) {
    x.push_back(detail::float_of(static_cast<uint32_t>(bits)));
  }
  return array(std::move(x));
}

/// The largest error in units in the last place; infinite where a special value is missed.
double worst_error(Array (*op)(const Array&), double (*reference)(double)) {
  const Array x = all_kinds_of_floats();
  const Values in = values(x), got = values(op(x));
  double worst = 0;
  for (size_t i = 0; i < in.size(); ++i) {
    const double expected = reference(in[i]);
    const auto rounded = static_cast<float>(expected);
    if (std::isnan(expected) && std::isnan(got[i])) continue;
    if (std::isinf(rounded) && got[i] == static_cast<double>(rounded)) continue;
    const double size = std::max(std::abs(expected), 0x1p-126);
    const double error = std::abs(got[i] - expected) / std::ldexp(1.0, std::ilogb(size) - 23);
    worst = error > worst || std::isnan(error) ? (std::isnan(error) ? inf : error) : worst;
  }
  return worst;
}

}  // namespace

TEST(Float32, ExponentialsAreNearlyExactEverywhere) {
  EXPECT_LT(worst_error(exp, std::exp), 1.1);
  EXPECT_LT(worst_error(expm1, std::expm1), 1.7);
  EXPECT_LT(worst_error(log, std::log), 1);
  EXPECT_LT(worst_error(log2, std::log2), 1.6);
  EXPECT_LT(worst_error(log1p, std::log1p), 1.6);
  EXPECT_LT(worst_error(rsqrt, [](double x) { return 1 / std::sqrt(x); }), 1.6);
  EXPECT_LT(worst_error(erf, std::erf), 1.3);
}

TEST(Float32, ActivationsAreNearlyExactEverywhere) {
  EXPECT_LT(worst_error(sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }), 2.6);
  EXPECT_LT(worst_error(tanh, std::tanh), 2.8);
}

TEST(Exponential, SpecialValues) {
  for (DType dtype : {float32, float64}) {
    const auto expect = [dtype](Array (*op)(const Array&), const Values& x, const Values& y) {
      EXPECT_TRUE(equal(isnan(op(array(x).to(dtype))), isnan(array(y))));
      EXPECT_TRUE(allclose(op(array(x).to(dtype)), array(y), {.equal_nan = true}));
    };
    expect(exp, {-inf, 0, inf, nan, 1000, -1000}, {0, 1, inf, nan, inf, 0});
    expect(expm1, {-inf, 0, inf, nan, -1000}, {-1, 0, inf, nan, -1});
    expect(log, {0, -1, inf, nan, 1, -inf}, {-inf, nan, inf, nan, 0, nan});
    expect(log1p, {-1, -2, inf, nan, 0}, {-inf, nan, inf, nan, 0});
    expect(log2, {0, -1, inf, nan, 8, 1e-40}, {-inf, nan, inf, nan, 3, std::log2(1e-40)});
    expect(sqrt, {0, -1, inf, nan, 4}, {0, nan, inf, nan, 2});
    expect(rsqrt, {0, -1, inf, nan, 4}, {inf, nan, 0, nan, 0.5});
    expect(erf, {-inf, 0, inf, nan}, {-1, 0, 1, nan});
    expect(sigmoid, {-inf, 0, inf, nan}, {0, 0.5, 1, nan});
    expect(tanh, {-inf, 0, inf, nan}, {-1, 0, 1, nan});
    expect(silu, {-inf, 0, inf, nan}, {0, 0, inf, nan});
    expect([](const Array& x) { return gelu(x); }, {-inf, 0, inf, nan}, {0, 0, inf, nan});
    expect([](const Array& x) { return gelu(x, {.approximate = true}); }, {-inf, 0, inf, nan}, {0, 0, inf, nan});
  }
}

TEST(Exponential, MinusZeroStays) {
  for (Array (*op)(const Array&) : {expm1, log1p, sqrt, tanh, erf}) {
    EXPECT_TRUE(std::signbit(op(array({-0.f})).item<float>()));
  }
}

TEST(Exponential, IntegersGiveFloat32) {
  EXPECT_EQ(exp(array({1})).dtype(), float32);
  EXPECT_EQ(sqrt(array({true})).dtype(), float32);
  EXPECT_FLOAT_EQ(exp(array({1})).item<float>(), std::exp(1.f));
}

TEST(Pow, Integers) {
  EXPECT_EQ(values(pow(array({2, 3, -2}), array({10, 0, 3}))), (Values{1024, 1, -8}));
  EXPECT_EQ(values(pow(array({2, 1, -1, -1, 0}), array({-1, -5, -2, -3, -1}))), (Values{0, 1, 1, -1, 0}));
  EXPECT_EQ(values(pow(array({3}), 41)), (Values{2069870691}));
  EXPECT_EQ(pow(array({2}), 3).dtype(), int32);
  EXPECT_EQ(pow(array({2}), 0.5).dtype(), float32);
  EXPECT_EQ(values(pow(2, array({0, 5}))), (Values{1, 32}));
  expect_error<ValueError>([] { pow(array({2}), -1); }, "pow: integers have no negative powers, got exponent -1");
}

TEST(Pow, ShortCutsAgreeWithTheGeneralCase) {
  const Array x = array({0.3, 1.0, 7.5});
  for (double exponent : {2.0, 0.5, -1.0})
    EXPECT_TRUE(allclose(pow(x, exponent), pow(x, full({3}, exponent, float64))));
}

}  // namespace tenon::testing
