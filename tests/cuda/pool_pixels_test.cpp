// The functors of the CUDA pooling kernels, run here thread by thread, against the CPU's kernels.
#include "tenon/core/cuda/pool_pixels.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/images.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/pool.h"
#include "tenon/core/ops/random.h"

namespace tenon::testing {
namespace {

using namespace tenon::cuda_backend;

constexpr float nan = __builtin_nanf("");

Array contiguous_or(const Array& x, bool channels) {
  return channels ? tenon::detail::as_channels_last(x) : contiguous(x);
}

/// An image with ties and nans.
Array image(bool channels) {
  manual_seed(7);
  const Array x = contiguous(randn({2, 8, 7, 6}));
  const auto v = x.view<float, 4>();
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t c = 0; c < 8; ++c) {
      for (int64_t i = 0; i < 7; ++i) {
        for (int64_t j = 0; j < 6; ++j) v(n, c, i, j) = std::round(2 * v(n, c, i, j)) / 2;
      }
    }
    v(n, 3, 2, 2) = v(n, 3, 4, 4) = v(n, 3, 4, 5) = nan;
  }
  return contiguous_or(x, channels);
}

/// Uninitialised, of the same layout.
Array like(const Array& x, int64_t h, int64_t w, bool channels, DType dtype = float32) {
  if (channels) return tenon::detail::empty_image(x.size(0), x.size(1), h, w, dtype, cpu);
  return empty({x.size(0), x.size(1), h, w}, dtype);
}

template <class Op>
void run(const Op& op, int64_t n) {
  for (int64_t t = 0; t < n; ++t) op(static_cast<decltype(Op::to.h)>(t));
}

::testing::AssertionResult same(const Array& a, const Array& b) {
  const Array x = contiguous(a), y = contiguous(b);
  if (x.shape() != y.shape()) return ::testing::AssertionFailure() << "shapes differ";
  for (int64_t k = 0; k < x.numel(); ++k) {
    const auto at = static_cast<size_t>(k);
    const double p =
        a.dtype() == int32 ? static_cast<const int32_t*>(x.data())[at] : static_cast<const float*>(x.data())[at];
    const double q =
        b.dtype() == int32 ? static_cast<const int32_t*>(y.data())[at] : static_cast<const float*>(y.data())[at];
    if (std::isnan(p) && std::isnan(q)) continue;
    if (!(std::abs(p - q) <= 1e-6 * (1 + std::abs(q)))) {
      return ::testing::AssertionFailure() << "element " << k << " is " << p << ", expected " << q;
    }
  }
  return ::testing::AssertionSuccess();
}

const MaxPool2dOptions max_options[] = {
    {.kernel = 2},
    {.kernel = 3, .stride = Pair(2), .padding = 1},
    {.kernel = {3, 2}, .stride = Pair(1, 2), .padding = {1, 0}, .dilation = {2, 1}},
    {.kernel = 2, .stride = Pair(3), .ceil_mode = true},
};

PoolGeometry geometry(Pair kernel, Pair stride, Pair padding, Pair dilation) {
  return {{kernel.h, kernel.w}, {stride.h, stride.w}, {padding.h, padding.w}, {dilation.h, dilation.w}};
}

template <int V, class Index>
void check_max(bool channels) {
  for (const MaxPool2dOptions& o : max_options) {
    const Array x = image(channels);
    const auto expected = max_pool2d_with_indices(x, o);
    const int64_t h = expected.values.size(2), w = expected.values.size(3);
    const PoolGeometry g = geometry(o.kernel, o.stride.value_or(o.kernel), o.padding, o.dilation);
    const Array y = like(x, h, w, channels), index = like(x, h, w, channels, int32);
    const View vx = x.raw(), vy = y.raw();
    const Windows<Index> down(g, 0, 7, h), across(g, 1, 6, w);
    ASSERT_TRUE(small_enough(vy, vx, &g));
    run(
        MaxPool<float, V, Index>{
            vy.as<float>(), index.raw().as<int32_t>(), vx.as<const float>(), {vy, vx}, {vx, vy}, down, across},
        y.numel() / V);
    EXPECT_TRUE(same(y, expected.values));
    EXPECT_TRUE(same(index, expected.indices));

    const Array dy = contiguous_or(randn(y.shape()), channels), dx = like(x, 7, 6, channels);
    const View vdy = dy.raw(), vdx = dx.raw();
    run(MaxPoolGrad<float, V, Index>{vdx.as<float>(),
                                     vdy.as<const float>(),
                                     index.raw().as<const int32_t>(),
                                     {vdx, vdy},
                                     {vdy, vdx},
                                     down,
                                     across},
        dx.numel() / V);
    EXPECT_TRUE(same(dx, max_pool2d_grad(dy, expected.indices, {7, 6}, o)));

    const Array picked = like(x, h, w, channels);
    const View vp = picked.raw();
    const auto beyond = [](int64_t where) { ADD_FAILURE() << "no such place: " << where; };
    run(
        MaxPoolPick<float, V, Index, decltype(beyond)>{
            vp.as<float>(), vx.as<const float>(), index.raw().as<const int32_t>(), {vp, vx}, {vx, vp}, beyond},
        picked.numel() / V);
    EXPECT_TRUE(same(picked, max_pool2d_pick(x, expected.indices)));
  }
}

template <int V, class Index>
void check_mean(bool channels, const MeanWindows& windows, const Array& expected, const Array& dy,
                const Array& expected_dx) {
  const Array x = image(channels), y = like(x, expected.size(2), expected.size(3), channels);
  const View vx = x.raw(), vy = y.raw();
  const Means<Index> down(windows, 0, 7, y.size(2)), across(windows, 1, 6, y.size(3));
  run(MeanPool<float, V, Index>{vy.as<float>(), vx.as<const float>(), {vy, vx}, {vx, vy}, down, across}, y.numel() / V);
  EXPECT_TRUE(same(y, expected));
  const Array dx = like(x, 7, 6, channels), slopes = contiguous_or(dy, channels);
  const View vdx = dx.raw(), vdy = slopes.raw();
  run(MeanPoolGrad<float, V, Index>{vdx.as<float>(), vdy.as<const float>(), {vdx, vdy}, {vdy, vdx}, down, across},
      dx.numel() / V);
  EXPECT_TRUE(same(dx, expected_dx));
}

template <int V, class Index>
void check_means(bool channels) {
  const Array x = image(channels);
  for (const AvgPool2dOptions& o : {AvgPool2dOptions{.kernel = 2},
                                    {.kernel = 3, .stride = Pair(2), .padding = 1},
                                    {.kernel = 3, .stride = Pair(1, 2), .padding = 1, .count_include_pad = false}}) {
    const Array expected = avg_pool2d(x, o), dy = randn(expected.shape());
    const MeanWindows windows{false, o.count_include_pad,
                              geometry(o.kernel, o.stride.value_or(o.kernel), o.padding, 1)};
    check_mean<V, Index>(channels, windows, expected, dy, avg_pool2d_grad(dy, {7, 6}, o));
  }
  for (const Pair size : {Pair(1), Pair(3, 4), Pair(9, 5)}) {
    const Array expected = adaptive_avg_pool2d(x, size), dy = randn(expected.shape());
    check_mean<V, Index>(channels, {true, false, {}}, expected, dy, adaptive_avg_pool2d_grad(dy, {7, 6}));
  }
}

TEST(CudaPool, MaximaAreTheCpus) {
  check_max<4, int32_t>(true);
  check_max<1, int32_t>(true);
  check_max<1, int32_t>(false);
  check_max<1, int64_t>(true);
  check_max<1, int64_t>(false);
}

TEST(CudaPool, MeansAreTheCpus) {
  check_means<4, int32_t>(true);
  check_means<1, int32_t>(false);
  check_means<1, int64_t>(false);
}

TEST(CudaPool, LargeImagesCountIn64Bits) {
  const int64_t at_most[] = {1, 1, 1 << 15, 1 << 14}, above[] = {1, 1, 1 << 15, (1 << 14) + 1};
  const View small{nullptr, at_most, nullptr, 4, float32, row_major},
      large{nullptr, above, nullptr, 4, float32, row_major};
  const PoolGeometry g = geometry(2, 2, 0, 1), wide = geometry(1, int64_t{1} << 40, 0, 1);
  EXPECT_TRUE(small_enough(small, small, &g));
  EXPECT_FALSE(small_enough(small, large, &g));
  EXPECT_FALSE(small_enough(small, small, &wide));
  EXPECT_FALSE(small_enough(small, small, nullptr)) << "adaptive windows multiply 2^15 by 2^15";
}

}  // namespace
}  // namespace tenon::testing
