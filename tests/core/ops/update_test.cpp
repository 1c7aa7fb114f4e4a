#include "tenon/core/ops/update.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/core/determinism.h"
#include "tenon/core/error.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"
#include "tenon/tests/support/fake_device.h"

namespace tenon::testing {

using Arrays = std::vector<Array>;

/// Arrays of many sizes and layouts, nothing and a number among them; together more than several tasks take.
Arrays mixed_list(DType dtype, Device device = cpu) {
  Arrays list;
  uint64_t seed = 0;
  for (const int64_t n : {1, 0, 70000, 7, 32768, 33, 5000}) {
    Generator generator(++seed);
    list.push_back(randn({n}, float32, cpu, generator).to(dtype).to(device));
  }
  list.push_back(full({}, -2.0, dtype, device));
  list.push_back(transpose(ones({3, 5}, dtype, device), {1, 0}));
  return list;
}

Arrays copies(const Arrays& list) {
  Arrays all;
  for (const Array& x : list) all.push_back(clone(x));
  return all;
}

double reference_norm(const Arrays& list) {
  double sum = 0;
  for (const Array& x : list) {
    for (const double v : values(x)) sum += v * v;
  }
  return std::sqrt(sum);
}

TEST(UpdateLists, NormIsThatOfAllElements) {
  for (const Device device : {cpu, fake()}) {
    for (const DType dtype : {float32, float64, float16, bfloat16}) {
      const Arrays list = mixed_list(dtype, device);
      const Array norm = list_norm(list);
      EXPECT_EQ(norm.dtype(), dtype == float64 ? float64 : float32);
      EXPECT_EQ(norm.ndim(), 0);
      EXPECT_EQ(norm.device(), device);
      const double expected = reference_norm(list);
      EXPECT_NEAR(norm.item<double>(), expected, (dtype == float64 ? 1e-13 : 1e-6) * expected);
    }
    EXPECT_EQ(list_norm(Arrays{zeros({0}, float32, device)}).item<double>(), 0);
    EXPECT_EQ(list_norm(Arrays{}).item<double>(), 0);
  }
  EXPECT_TRUE(std::isnan(list_norm(Arrays{full({3}, NAN)}).item<double>()));
}

TEST(UpdateLists, NormDoesNotDependOnThreads) {
  const Arrays list = mixed_list(float32);
  const int threads = num_threads();
  std::vector<double> norms;
  for (const int n : {1, 2, 3}) {
    set_num_threads(n);
    norms.push_back(list_norm(list).item<double>());
  }
  set_num_threads(threads);
  EXPECT_EQ(norms, std::vector<double>(3, norms[0]));
}

TEST(UpdateLists, WritesReachEveryElement) {
  for (const Device device : {cpu, fake()}) {
    for (const DType dtype : {float32, float64, float16, bfloat16}) {
      const DType wide = dtype == float64 ? float64 : float32;
      const Arrays before = mixed_list(dtype, device);
      const auto expect = [&](const char* what, const auto& write, const auto& function) {
        const Arrays after = copies(before);
        write(after);
        for (size_t k = 0; k < before.size(); ++k) {
          const std::vector<double> x = values(before[k]), y = values(after[k]);
          for (size_t i = 0; i < x.size(); ++i) {
            ASSERT_NEAR(y[i], function(x[i]), std::abs(x[i]) * (dtype == bfloat16 ? 1e-2 : 1e-3)) << what << " " << k;
          }
        }
      };
      expect(
          "scale", [&](const Arrays& list) { scale_list_(list, full({}, 0.25, wide, device)); },
          [](double x) { return 0.25 * x; });
      expect(
          "clip", [&](const Arrays& list) { clip_list_(list, full({}, 8.0, wide, device), 2); },
          [](double x) { return 0.25 * x; });
      expect(
          "no clip", [&](const Arrays& list) { clip_list_(list, full({}, 8.0, wide, device), 9); },
          [](double x) { return x; });
      expect(
          "clamp", [&](const Arrays& list) { clamp_list_(list, 0.5); },
          [](double x) { return std::min(std::max(x, -0.5), 0.5); });
    }
  }
  const Array x = array<float>({NAN, INFINITY, -INFINITY});
  clamp_list_(Arrays{x}, 3);
  EXPECT_TRUE(std::isnan(values(x)[0]));
  EXPECT_EQ(values(x)[1], 3);
  EXPECT_EQ(values(x)[2], -3);
  clip_list_(Arrays{x}, full({}, NAN), 3);
  EXPECT_TRUE(std::isnan(values(x)[1]));  // as in PyTorch
}

TEST(UpdateLists, ArraysWithGapsAreWrittenToo) {
  for (const Device device : {cpu, fake()}) {
    const Array all = arange(12).to(float32).to(device).reshape({3, 4});
    const Array part = slice(all, 1, 0, 4, 2);
    scale_list_(Arrays{part, full({1}, 1.f, float32, device)}, full({}, 10.f, float32, device));
    EXPECT_EQ(values(all), (std::vector<double>{0, 1, 20, 3, 40, 5, 60, 7, 80, 9, 100, 11}));
    EXPECT_NEAR(list_norm(Arrays{part}).item<double>(), std::sqrt(22000.), 1e-3);
    EXPECT_THROW(scale_list_(Arrays{expand(ones({1}, float32, device), {4})}, full({}, 2.f, float32, device)), Error);
  }
}

TEST(UpdateLists, BadElementsAreFoundWhereverTheyAre) {
  for (const Device device : {cpu, fake()}) {
    for (const DType dtype : {float32, float64, float16, bfloat16}) {
      const DType wide = dtype == float64 ? float64 : float32;
      const Arrays good = mixed_list(dtype, device);
      const Array bad = zeros({}, bool_, device), factor = full({}, 0.5, wide, device);
      find_bad(good, bad);
      scale_list_(copies(good), factor, bad);
      EXPECT_FALSE(bad.item<bool>());
      for (const size_t at : {0u, 2u, 7u}) {
        for (const double value : {double{INFINITY}, -double{INFINITY}, double{NAN}}) {
          const Arrays list = copies(good);
          const Array flat = list[at].reshape({-1});
          copy_(select(flat, 0, flat.numel() - 1), full({}, value, dtype, device));
          copy_(bad, zeros({}, bool_, device));
          find_bad(list, bad);
          EXPECT_TRUE(bad.item<bool>()) << at;
          copy_(bad, zeros({}, bool_, device));
          scale_list_(list, factor, bad);
          EXPECT_TRUE(bad.item<bool>()) << at;
          find_bad(good, bad);
          EXPECT_TRUE(bad.item<bool>()) << "it stays";
        }
      }
    }
  }
}

TEST(UpdateLists, SkippedStepsAreNotCounted) {
  for (const Device device : {cpu, fake()}) {
    const Array bad = full({}, true, bool_, device), skipped = zeros({}, int64, device);
    const Arrays p{ones({2}, float32, device)}, g{ones({2}, float32, device)}, m{zeros({2}, float32, device)},
        v{zeros({2}, float32, device)};
    const UpdateGuard guard{.found_bad = bad, .skipped = skipped};
    adam_update(p, g, m, v, {.lr = 0.1, .step = 1}, guard);
    adam_update(p, g, m, v, {.lr = 0.1, .step = 2}, guard);
    EXPECT_EQ(values(p[0])[0], 1);
    EXPECT_EQ(skipped.item<int64_t>(), 2);
    copy_(bad, zeros({}, bool_, device));
    adam_update(p, g, m, v, {.lr = 0.1, .step = 3}, guard);
    EXPECT_NEAR(values(p[0])[0], 0.9, 1e-6);  // as a first step is
    EXPECT_EQ(skipped.item<int64_t>(), 2);
    // A velocity's first step is not dampened.
    sgd_update(p, g, m, {.lr = 1, .step = 3, .momentum = 0.5, .dampening = 0.5}, guard);
    EXPECT_NEAR(values(m[0])[0], 1, 1e-6);
    sgd_update(p, g, m, {.lr = 1, .step = 4, .momentum = 0.5, .dampening = 0.5}, guard);
    EXPECT_NEAR(values(m[0])[0], 1, 1e-6);
  }
}

TEST(UpdateLists, KindsKeepTheirOrder) {
  const Array a = ones({1}), b = ones({2}, float64), c = ones({3}), d = ones({4}, float32, fake());
  const auto kinds = by_kind(Arrays{a, b, c, d});
  ASSERT_EQ(kinds.size(), 3u);
  EXPECT_EQ(kinds[0][0].numel(), 1);
  EXPECT_EQ(kinds[0][1].numel(), 3);
  EXPECT_EQ(kinds[1][0].dtype(), float64);
  EXPECT_EQ(kinds[2][0].device(), fake());
  EXPECT_TRUE(by_kind({}).empty());
}

TEST(UpdateLists, AScaleFollowsItsIterations) {
  for (const Device device : {cpu, fake()}) {
    const Array scale = full({}, 8.f, float32, device), inverse = zeros({}, float32, device),
                growth = zeros({}, int32, device), bad = zeros({40}, bool_, device);
    const ScalerUpdate update{.growth_factor = 4, .backoff_factor = 0.25, .growth_interval = 2};
    const auto expect = [&](bool overflow, double new_scale, int64_t new_growth) {
      if (overflow) copy_(select(bad, 0, 39), full({}, true, bool_, device));
      scaler_update(update, scale, inverse, growth, bad);
      EXPECT_EQ(scale.item<double>(), new_scale);
      EXPECT_EQ(inverse.item<double>(), 1 / new_scale);
      EXPECT_EQ(growth.item<int64_t>(), new_growth);
      EXPECT_EQ(sum(bad.to(int64)).item<int64_t>(), 0);
    };
    expect(false, 8, 1);
    expect(false, 32, 0);
    expect(false, 32, 1);
    expect(true, 8, 0);
    expect(true, 2, 0);
    expect(false, 2, 1);
    expect(false, 8, 0);
  }
}

TEST(UpdateLists, ErrorsSayWhatIsWrong) {
  const Array a = ones({2}), wide = ones({2}, float64), one = ones({}), bad = zeros({}, bool_);
  expect_error<DTypeError>(
      [&] {
        list_norm(Arrays{a, wide});
      },
      "list_norm: arrays of one call have one dtype, got float32 and float64");
  expect_error<DeviceError>(
      [&] {
        clamp_list_(Arrays{a, ones({2}, float32, fake())}, 1);
      },
      "clamp_list: arrays of one call are on one device, got cpu and fake:0");
  expect_error<ValueError>([&] { list_norm(Arrays{Array()}); }, "list_norm: an array is not defined");
  expect_error<ValueError>([&] { scale_list_(Arrays{wide}, one); },
                           "scale_list: factor must be a 0-d float64 array on cpu");
  expect_error<ValueError>([&] { clip_list_(Arrays{a}, a, 1); }, "clip_list: norm must be a 0-d float32 array on cpu");
  expect_error<ValueError>([&] { find_bad(Arrays{a}, one); }, "find_bad: found_bad must be a 0-d bool array on cpu");
  expect_error<ValueError>([&] { find_bad(Arrays{a}, Array()); }, "find_bad: the input is not defined");
  expect_error<ValueError>([&] { scaler_update({}, one, one, zeros({}, int32), bad); },
                           "scaler_update: found_bad must be a contiguous 1-d bool array on cpu");
  expect_error<ValueError>([&] { scaler_update({}, one, one, one, zeros({1}, bool_)); },
                           "scaler_update: growth must be a 0-d int32 array on cpu");
  expect_error<ValueError>([&] { sgd_update(Arrays{a}, Arrays{a}, {}, {.lr = 1, .step = 0}); },
                           "sgd_update: steps are counted from 1, got 0");
  EXPECT_THROW(list_norm(Arrays{ones({2}, int64)}), DTypeError);
}

}  // namespace tenon::testing
