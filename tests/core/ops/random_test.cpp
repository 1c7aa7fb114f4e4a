#include "tenon/core/ops/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tenon/core/determinism.h"
#include "tenon/core/math/philox.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

using Values = std::vector<double>;

namespace {

struct Moments {
  double mean, variance, skew, kurtosis;
};
Moments moments(const Array& x) {
  const Values v = values(x);
  const auto n = static_cast<double>(v.size());
  Moments m{std::accumulate(v.begin(), v.end(), 0.0) / n, 0, 0, 0};
  for (double e : v) {
    const double d = e - m.mean;
    m.variance += d * d / n;
    m.skew += d * d * d / n;
    m.kurtosis += d * d * d * d / n;
  }
  return m;
}

uint64_t checksum(const Array& x) {
  const auto* bytes = static_cast<const unsigned char*>(x.data());
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < static_cast<size_t>(x.numel()) * size_of(x.dtype()); ++i) {
    hash = (hash ^ bytes[i]) * 1099511628211u;
  }
  return hash;
}

}  // namespace

TEST(Random, WordsBecomeNumbersInOrder) {
  Generator generator(5);
  generator.set_state({5, 7});
  const Array x = rand({6}, float32, cpu, generator);
  Values expected;
  for (uint32_t block : {7u, 8u}) {
    uint32_t w[4] = {block, 0, 0, 0};
    math::philox(w[0], w[1], w[2], w[3], 5);
    for (uint32_t word : w) expected.push_back((word >> 8) * 0x1p-24);
  }
  expected.resize(6);
  EXPECT_EQ(values(x), expected);
  EXPECT_EQ(generator.state(), (RandomKey{5, 9}));
}

// Written down once: the same on every processor, instruction-set level, compiler and device.
TEST(Random, SameBitsEverywhere) {
  Generator generator(42);
  EXPECT_EQ(checksum(rand({1000}, float32, cpu, generator)), 15945905983149187936u);
  EXPECT_EQ(checksum(rand({1000}, float64, cpu, generator)), 12034212376329907601u);
  EXPECT_EQ(checksum(randn({1000}, float32, cpu, generator)), 11521942622845350847u);
  EXPECT_EQ(checksum(randn({1000}, float64, cpu, generator)), 1374084390503084304u);
  EXPECT_EQ(checksum(randn({1000}, bfloat16, cpu, generator)), 12331369247810116551u);
  EXPECT_EQ(checksum(randint(-5, 1000, {1000}, int64, cpu, generator)), 8754907455184403709u);
  EXPECT_EQ(checksum(dropout(ones({1000}), 0.3, generator)), 7629393002083933813u);
}

TEST(Random, AsManyThreadsAsYouLike) {
  const int threads = num_threads();
  std::vector<Values> draws;
  for (int n : {1, 2, 3}) {
    set_num_threads(n);
    Generator generator(1);
    draws.push_back(values(randn({200003}, float32, cpu, generator)));
  }
  set_num_threads(threads);
  EXPECT_EQ(draws[0], draws[1]);
  EXPECT_EQ(draws[0], draws[2]);
}

TEST(Random, Statistics) {
  Generator generator(3);
  const int64_t n = 100000;
  for (DType dtype : {float32, float64}) {
    const Moments u = moments(rand({n}, dtype, cpu, generator));
    EXPECT_NEAR(u.mean, 0.5, 0.005);
    EXPECT_NEAR(u.variance, 1 / 12., 0.002);
    const Moments g = moments(randn({n}, dtype, cpu, generator));
    EXPECT_NEAR(g.mean, 0, 0.02);
    EXPECT_NEAR(g.variance, 1, 0.03);
    EXPECT_NEAR(g.skew, 0, 0.05);
    EXPECT_NEAR(g.kurtosis, 3, 0.15);
  }
  const Moments b = moments(bernoulli(full({n}, 0.3), generator));
  EXPECT_NEAR(b.mean, 0.3, 0.01);
}

TEST(Random, NeighboursAreIndependent) {
  Generator generator(4);
  const Array x = randn({100000}, float32, cpu, generator);
  for (int64_t lag : {1, 2, 3, 4}) {
    EXPECT_NEAR(moments(x.slice(0, lag) * x.slice(0, 0, -lag)).mean, 0, 0.02) << "lag " << lag;
  }
}

TEST(Random, UnitIsBelowOneInEveryDtype) {
  Generator generator(6);
  for (DType dtype : {float16, bfloat16, float32}) {
    const Values v = values(rand({100000}, dtype, cpu, generator));
    EXPECT_LT(*std::max_element(v.begin(), v.end()), 1);
    EXPECT_GE(*std::min_element(v.begin(), v.end()), 0);
  }
}

TEST(Random, SeedAndStateRepeat) {
  manual_seed(11);
  const Array a = randn({5});
  const RandomKey state = default_generator().state();
  const Array b = randn({5});
  default_generator().set_state(state);
  EXPECT_TRUE(equal(randn({5}), b));
  manual_seed(11);
  EXPECT_TRUE(equal(randn({5}), a));
  EXPECT_FALSE(equal(a, b));
}

TEST(Randint, StaysInRange) {
  const Values v = values(randint(-2, 3, {1000}));
  EXPECT_EQ(*std::min_element(v.begin(), v.end()), -2);
  EXPECT_EQ(*std::max_element(v.begin(), v.end()), 2);
  EXPECT_EQ(randint(0, 9, {2, 2}, uint8).dtype(), uint8);
  EXPECT_EQ(randint(INT64_MIN, INT64_MAX, {3}).numel(), 3);
  expect_error<ValueError>([] { randint(3, 3, {1}); }, "randint: low 3 is not below high 3");
}

TEST(Randperm, EveryNumberOnce) {
  Values v = values(randperm(101));
  EXPECT_FALSE(std::is_sorted(v.begin(), v.end()));
  std::sort(v.begin(), v.end());
  EXPECT_EQ(v, values(arange(101)));
  EXPECT_EQ(randperm(0).numel(), 0);
}

TEST(Randperm, MoreThanMemoryHolds) {
  expect_error<OutOfMemoryError>([] { randperm(INT64_MAX); },
                                 "shape [9223372036854775807] is more than memory can hold");
  EXPECT_EQ(randperm(0).shape(), Shape({0}));
}

TEST(InPlace, FillsViewsAndChecksItsArguments) {
  Array x = zeros({2, 3});
  uniform_(x.select(1, 1), 2, 3);
  EXPECT_EQ(values(x.select(1, 0)), (Values{0, 0}));
  EXPECT_EQ(values(x.select(1, 1) >= 2), (Values{1, 1}));
  expect_error<ValueError>([&] { normal_(x, 0, -1); }, "normal_: std must not be negative, got -1");
  expect_error<ValueError>([&] { uniform_(x, 1, 0); }, "uniform_: low 1 lies above high 0");
  expect_error<DTypeError>([] { uniform_(zeros({2}, int32)); },
                           "uniform_: dtype int32 is not supported (supported: float16, bfloat16, float32, float64)");
}

TEST(Dropout, DropsAndScales) {
  Generator generator(8);
  const Array y = dropout(ones({100003}, float64), 0.25, generator);
  const Values v = values(y);
  EXPECT_TRUE(std::all_of(v.begin(), v.end(), [](double e) { return e == 0 || std::abs(e - 4 / 3.) < 1e-12; }));
  EXPECT_NEAR(moments(y).mean, 1, 0.01);
  EXPECT_EQ(generator.state().offset, 25001u);
}

TEST(Dropout, TheSameElementsInEveryDtypeAndLayout) {
  const RandomKey key{9, 4};
  const Array x = ones({7, 9});
  const Array y = dropout(x, 0.5, key);
  EXPECT_TRUE(equal(dropout(x.to(float64), 0.5, key), y));
  EXPECT_TRUE(equal(dropout(x.to(bfloat16), 0.5, key), y));
  EXPECT_TRUE(equal(dropout(ones({9, 7}).transpose(), 0.5, key), y));
}

TEST(Dropout, AllOrNothing) {
  const Array x = array({1.f, NAN, INFINITY});
  EXPECT_EQ(values(dropout(x, 1)), (Values{0, 0, 0}));
  EXPECT_TRUE(allclose(dropout(x, 0), x, {.equal_nan = true}));
  expect_error<ValueError>([&] { dropout(x, 1.5); }, "dropout: p must lie in [0, 1], got 1.5");
}

TEST(Bernoulli, SixteenBitsAreNotBiased) {
  for (DType dtype : {float16, bfloat16}) {
    Generator generator(5);
    const int64_t n = 1 << 20;
    const double p = 0.001953125;  // 2^-9: between the steps of a draw near 1, far above those near 0
    const double share = sum(bernoulli(full({n}, p, dtype), generator).to(float64)).item<double>() / n;
    EXPECT_NEAR(share, p, 5 * std::sqrt(p / n)) << name_of(dtype);
    Generator again(5);
    const double most = sum(bernoulli(full({n}, 1 - p * 2, dtype), again).to(float64)).item<double>() / n;
    EXPECT_NEAR(most, 1 - p * 2, 5 * std::sqrt(2 * p / n)) << name_of(dtype);
  }
}

TEST(Randint, TheDtypeMustHoldTheRange) {
  expect_error<ValueError>([] { randint(0, 1000, {3}, uint8); }, "randint: [0, 1000) does not fit uint8");
  expect_error<ValueError>([] { randint(-1, 5, {3}, uint8); }, "randint: [-1, 5) does not fit uint8");
  expect_error<ValueError>([] { randint(0, 3, {3}, bool_); }, "randint: [0, 3) does not fit bool");
  EXPECT_EQ(randint(0, 256, {3}, uint8).dtype(), uint8);
  EXPECT_EQ(randint(0, 2, {3}, bool_).dtype(), bool_);
}

}  // namespace tenon::testing
