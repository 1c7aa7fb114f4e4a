// The CUDA backend's own product kernel, walked here block by block and thread by thread: every element of a tile is
// brought once, every output is written once, and products and convolutions come out as the CPU's.
#include "tenon/core/cuda/product.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tenon/core/cuda/conv_operands.h"
#include "tenon/core/cuda/matrices.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/conv.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/images.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/core/ops/random.h"

namespace tenon::testing {
namespace {

using namespace tenon::cuda_backend;

template <class X>
void bring(const X& x, int64_t first, int64_t count, int64_t begin, int64_t end,
           std::vector<Sum<typename X::Element>>& tile) {
  using Share = TileShare<X::depth_first>;
  std::vector<int> brought(tile.size(), 0);
  for (int thread = 0; thread < product_threads; ++thread) {
    for (int k = 0; k < Share::shares; ++k) {
      const int i = Share::outer(thread, k), q = Share::depth(thread, k);
      const bool inside = first + i < count && begin + q < end;
      const auto at = static_cast<size_t>(q * product_tile + i);
      tile[at] = inside ? x.at(x.outer(first + i), x.depth(begin + q)) : 0;
      ++brought[at];
    }
  }
  for (int n : brought) ASSERT_EQ(n, 1);
}

/// What product.cuh does.
template <class A, class B, class Store>
void walk(const ProductPlan& plan, const A& all_a, const B& all_b, const Store& store) {
  using S = Sum<typename A::Element>;
  std::vector<S> partial(static_cast<size_t>(plan.pieces * plan.numel()));
  std::vector<int> written(partial.size(), 0);
  for (int64_t t = 0; t < plan.tiles(); ++t) {
    const auto at = plan.tile(t);
    const A a = all_a.batch(at.g);
    const B b = all_b.batch(at.g);
    std::vector<S> sum(product_tile * product_tile), tile_a(tile_depth * product_tile),
        tile_b(tile_depth * product_tile);
    for (int64_t p = at.begin; p < at.end; p += tile_depth) {
      bring(a, at.i, plan.m, p, at.end, tile_a);
      bring(b, at.j, plan.n, p, at.end, tile_b);
      for (size_t i = 0; i < product_tile; ++i) {
        for (size_t j = 0; j < product_tile; ++j) {
          for (size_t q = 0; q < tile_depth; ++q) {
            sum[i * product_tile + j] += tile_a[q * product_tile + i] * tile_b[q * product_tile + j];
          }
        }
      }
    }
    for (int thread = 0; thread < product_threads; ++thread) {
      for (int k = 0; k < TileOutputs::side; ++k) {
        for (int l = 0; l < TileOutputs::side; ++l) {
          const int row = TileOutputs::row(thread, k), column = TileOutputs::column(thread, l);
          const int64_t i = at.i + row, j = at.j + column;
          if (i >= plan.m || j >= plan.n) continue;
          const auto to = static_cast<size_t>(plan.partial(at.piece, at.g, i, j));
          partial[to] = sum[static_cast<size_t>(row * product_tile + column)];
          ++written[to];
        }
      }
    }
  }
  for (int n : written) ASSERT_EQ(n, 1);
  for (int64_t g = 0; g < plan.batch; ++g) {
    for (int64_t i = 0; i < plan.m; ++i) {
      for (int64_t j = 0; j < plan.n; ++j) {
        S total = 0;
        for (int64_t k = 0; k < plan.pieces; ++k) total += partial[static_cast<size_t>(plan.partial(k, g, i, j))];
        store(g, i, j, total);
      }
    }
  }
}

/// `scale`: of the sums' terms together, which is what rounding goes by where they cancel.
template <class T>
void expect_near(const Array& got, const Array& expected, double tolerance, double scale = 1) {
  const Array x = contiguous(got), y = contiguous(expected);
  ASSERT_EQ(x.shape(), y.shape());
  const T *a = static_cast<const T*>(x.data()), *b = static_cast<const T*>(y.data());
  for (int64_t k = 0; k < x.numel(); ++k) {
    const auto p = static_cast<double>(a[k]), q = static_cast<double>(b[k]);
    ASSERT_LE(std::abs(p - q), tolerance * (scale + std::abs(q))) << "element " << k;
  }
}

/// a [b, m, k] times w [b, k, n], the operands as core hands them over.
template <class T>
void check_matmul(int64_t batch, int64_t m, int64_t n, int64_t depth, bool turn_a, bool turn_w, double tolerance) {
  const DType dtype = dtype_of<T>;
  const auto made = [dtype](int64_t g, int64_t rows, int64_t columns, bool turned) {
    const Array x = cast(turned ? randn({g, columns, rows}) * 9.f : randn({g, rows, columns}) * 9.f, dtype);
    return turned ? transpose(x, {0, 2, 1}) : x;
  };
  const Array a = unsqueeze(made(batch, m, depth, turn_a), 0), w = unsqueeze(made(batch, depth, n, turn_w), 0);
  const Array out = empty({1, batch, m, n}, dtype);
  const Product p(out.raw(), a.raw(), w.raw());
  EXPECT_EQ(p.a.by_rows(), !turn_a || depth == 1);
  EXPECT_GE(p.w.leading(), p.w.by_rows() ? p.w.columns : p.w.rows);
  const StoreMatrix<T> store{
      reinterpret_cast<T*>(p.out.data), p.out.s_batch, p.out.s_row, p.out.s_column, nullptr, 0, 0, false};
  const auto* left = reinterpret_cast<const T*>(p.a.data);
  const auto* right = reinterpret_cast<const T*>(p.w.data);
  const ProductPlan plan(p.out.batch, p.m(), p.n(), p.depth());
  walk(plan, Matrix<T, true>{left, p.a.s_batch, p.a.s_row, p.a.s_column},
       Matrix<T, false>{right, p.w.s_batch, p.w.s_column, p.w.s_row}, store);
  expect_near<T>(out, matmul(a, w), tolerance, 81 * std::sqrt(static_cast<double>(depth)));
}

TEST(CudaProduct, IsTheCpus) {
  manual_seed(3);
  for (const bool turn_a : {false, true}) {
    for (const bool turn_w : {false, true}) {
      check_matmul<float>(1, 5, 7, 9, turn_a, turn_w, 1e-6);
      check_matmul<double>(2, 70, 130, 33, turn_a, turn_w, 1e-14);
      check_matmul<int32_t>(3, 64, 65, 16, turn_a, turn_w, 0);
      check_matmul<int8_t>(2, 3, 4, 100, turn_a, turn_w, 0);
    }
  }
  check_matmul<float>(1, 30, 20, 3000, false, false, 1e-5);  // the depth in pieces
  check_matmul<int64_t>(1, 1, 1, 700, false, false, 0);
  check_matmul<float>(2, 4, 1, 1, false, false, 1e-6);
}

TEST(CudaProduct, APlanCoversTheDepthOnce) {
  for (const int64_t depth : {int64_t{0}, int64_t{1}, int64_t{511}, int64_t{512}, int64_t{100'000}, int64_t{1} << 33}) {
    for (const int64_t m : {1, 64, 65, 1000}) {
      const ProductPlan plan(2, m, 65, depth);
      int64_t next = 0;
      const int64_t a_piece = plan.rows_of_tiles() * plan.columns_of_tiles();
      for (int64_t k = 0; k < plan.pieces; ++k) {
        const auto tile = plan.tile(k * a_piece);
        EXPECT_EQ(tile.piece, k);
        EXPECT_EQ(tile.begin, next);
        next = tile.end;
      }
      EXPECT_EQ(next, depth);
      EXPECT_EQ(plan.tile(plan.tiles() - 1).g, 1);
    }
  }
}

TEST(CudaProduct, ABatchThatSharesOneMatrixIsOneProduct) {
  const Array a = empty({1, 3, 4, 5}), w = expand(empty({5, 6}), {1, 3, 5, 6}), out = empty({1, 3, 4, 6});
  const Product p(out.raw(), a.raw(), w.raw());
  EXPECT_EQ(p.out.batch, 1);
  EXPECT_EQ(p.m(), 12);
  const Array columns = transpose(empty({1, 3, 5, 4}));
  const Product apart(out.raw(), columns.raw(), w.raw());
  EXPECT_EQ(apart.out.batch, 3);
}

TEST(CudaProduct, OfTwoAxesOfMatricesTheLongerIsTheBatch) {
  const Array x = transpose(empty({5, 7, 2, 4}), 1, 2), w = empty({5, 2, 4, 6}), out = empty({5, 2, 7, 6});
  const Product p(out.raw(), x.raw(), w.raw());
  EXPECT_EQ(p.out.outer, 2);
  EXPECT_EQ(p.a.s_batch, 7 * 2 * 4);
  const Product second = p.part(ProductOperand::outer_axis, 1, 1);
  EXPECT_EQ(second.a.data, p.a.data + 4 * sizeof(float));
  EXPECT_EQ(second.w.data, p.w.data + 4 * 6 * sizeof(float));
  EXPECT_EQ(second.a.s_outer, 0);
}

TEST(CudaProduct, PositionsPast32Bits) {
  EXPECT_EQ(quotient((int64_t{1} << 40) + 5, 3), ((int64_t{1} << 40) + 5) / 3);
  EXPECT_EQ(quotient((int64_t{1} << 32) - 1, int64_t{1} << 20), 4095);
  const Matrix<float, true> a{nullptr, int64_t{1} << 33, int64_t{1} << 20, 1};
  EXPECT_EQ(a.outer(1 << 15), int64_t{1} << 35);
  const int64_t sizes[] = {1, 1, 1, 1};
  const View one{nullptr, sizes, nullptr, 4, float32, row_major};
  const ConvShape s(one, one, one, {{1, 1}, {0, 0}, {1, 1}, 1});
  const PixelAt p = pixel_of({50'000, 50'000, 1, 1}, int64_t{2'500'000'000} * 3 + 50'000 * 7 + 11);
  EXPECT_EQ(p.image, 3);
  EXPECT_EQ(p.row, 7);
  EXPECT_EQ(p.column, 11);
  EXPECT_EQ(s.weight_numel(), 1);
}

struct Conv {
  int64_t n, c, h, w, o, kh, kw;
  Conv2dOptions options;
};

template <class T>
void check_conv(const Conv& k, double tolerance) {
  const DType dtype = dtype_of<T>;
  const Conv2dOptions& o = k.options;
  const ConvGeometry g{{o.stride.h, o.stride.w}, {o.padding.h, o.padding.w}, {o.dilation.h, o.dilation.w}, o.groups};
  const Array x = tenon::detail::as_channels_last(cast(randn({k.n, k.c, k.h, k.w}), dtype));
  const Array weight = cast(randn({k.o, k.c / o.groups, k.kh, k.kw}), dtype);
  const Array bias = cast(randn({k.o}), dtype);
  const Array expected = conv2d(x, weight, bias, o);
  const int64_t oh = expected.size(2), ow = expected.size(3);
  const Array y = tenon::detail::empty_image(k.n, k.o, oh, ow, dtype, cpu);
  const ConvShape s(x.raw(), y.raw(), weight.raw(), g);
  const auto* px = x.raw().as<const T>();
  const auto* pweight = weight.raw().as<const T>();
  walk(ProductPlan(o.groups, k.n * oh * ow, s.y.group, s.weight_numel()), Under<T>{px, s},
       ByTaps<const T>::of_outputs(pweight, s),
       StoreMatrix<T>{y.raw().as<T>(), s.y.group, s.y.channels, 1, bias.raw().as<const T>(), s.y.group, 1, false});
  expect_near<T>(y, expected, tolerance);

  const Array dy = tenon::detail::as_channels_last(cast(randn({k.n, k.o, oh, ow}), dtype));
  const auto* pdy = dy.raw().as<const T>();
  const Array dx = tenon::detail::empty_image(k.n, k.c, k.h, k.w, dtype, cpu);
  walk(ProductPlan(o.groups, k.n * k.h * k.w, s.x.group, s.y.group * s.window()), Over<T>{pdy, s},
       ByTaps<const T>::of_inputs(pweight, s),
       StoreMatrix<T>{dx.raw().as<T>(), s.x.group, s.x.channels, 1, nullptr, 0, 0, false});
  expect_near<T>(dx, conv2d_input_grad(dy, weight, {k.h, k.w}, o), tolerance);

  const Array dweight = empty(weight.shape(), dtype);
  walk(ProductPlan(o.groups, s.y.group, s.weight_numel(), k.n * oh * ow),
       Matrix<T, false>{pdy, s.y.group, 1, s.y.channels}, Turned<Under<T>>{{px, s}},
       ByTaps<T>::of_outputs(dweight.raw().as<T>(), s));
  expect_near<T>(dweight, conv2d_weight_grad(dy, x, {k.kh, k.kw}, o), tolerance);
}

TEST(CudaProduct, ConvolutionsAreTheCpus) {
  manual_seed(5);
  const Conv convs[] = {{2, 3, 5, 6, 4, 3, 3, {}},
                        {2, 4, 7, 7, 6, 3, 3, {.stride = 2, .groups = 2}},
                        {2, 1, 5, 6, 2, 3, 2, {.stride = {2, 1}, .padding = {2, 1}, .dilation = {1, 2}}},
                        {2, 3, 4, 4, 3, 3, 3, {.padding = 1, .groups = 3}},
                        {3, 8, 9, 9, 70, 1, 1, {.stride = 3}},
                        {2, 66, 4, 5, 3, 2, 2, {.padding = 1}}};
  for (const Conv& conv : convs) {
    check_conv<double>(conv, 1e-12);
    check_conv<float>(conv, 1e-4);
  }
}

TEST(CudaProduct, WeightsArePackedAndUnpacked) {
  std::vector<float> plain(5 * 3 * 4), packed(plain.size()), back(plain.size());
  for (size_t k = 0; k < plain.size(); ++k) plain[k] = static_cast<float>(k);
  const PackWeight<float, false> pack{packed.data(), plain.data(), 3, 4};
  const PackWeight<float, true> unpack{back.data(), packed.data(), 3, 4};
  for (size_t t = 0; t < plain.size(); ++t) pack(static_cast<int64_t>(t));
  EXPECT_EQ(packed[(2 * 4 + 3) * 3 + 1], plain[(2 * 3 + 1) * 4 + 3]);
  for (size_t t = 0; t < plain.size(); ++t) unpack(static_cast<int64_t>(t));
  EXPECT_EQ(back, plain);
}

}  // namespace
}  // namespace tenon::testing
