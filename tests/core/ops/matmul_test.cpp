#include "tenon/core/ops/matmul.h"

#include <gtest/gtest.h>

#include "tenon/core/ops/comparison.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/product.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {
namespace {

using Values = std::vector<double>;

/// Small whole numbers, so that every order of adding them gives the same sum. Laid out in one of three ways.
Array numbers(int64_t rows, int64_t columns, DType dtype, int layout) {
  if (layout == 1) return transpose(numbers(columns, rows, dtype, 0), 0, 1);
  if (layout == 2) return slice(numbers(rows, 2 * columns, dtype, 0), 1, 0, to_end, 2);
  std::vector<double> elements;
  for (int64_t i = 0; i < rows * columns; ++i) elements.push_back(static_cast<double>(i * 7 % 11 - 5));
  return from_values({rows, columns}, elements, dtype);
}

TEST(Matmul, OfFewColumnsInEveryLayout) {
  for (const DType dtype : {float32, float64, int64}) {
    for (const int64_t m : {1, 2, 3, 5, 33}) {
      for (int64_t k = 0; k < 10; ++k) {
        for (int64_t n = 1; n < 6; ++n) {
          for (int layouts = 0; layouts < 9; ++layouts) {
            const Array a = numbers(m, k, dtype, layouts % 3), b = numbers(k, n, dtype, layouts / 3);
            const std::vector<double> x = values(a), y = values(b), z = values(matmul(a, b));
            for (int64_t i = 0; i < m * n; ++i) {
              double sum = 0;
              for (int64_t p = 0; p < k; ++p) {
                sum += x[static_cast<size_t>(i / n * k + p)] * y[static_cast<size_t>(p * n + i % n)];
              }
              ASSERT_EQ(z[static_cast<size_t>(i)], sum) << text(a.shape(), a.strides(), b.shape(), b.strides());
            }
          }
        }
      }
    }
  }
}

/// [..., m, n] products of float64 copies in C order.
Values plain_product(const Array& a, const Array& b) {
  return values(matmul(contiguous(cast(a, float64)), contiguous(cast(b, float64))));
}

TEST(Matmul, OfHeadsThatLieBesideEachOther) {
  // Small: our loops; large: a library.
  for (const int64_t tokens : {3, 40}) {
    for (const DType dtype : {float32, float64, bfloat16, int64}) {
      const auto heads = [&](int64_t seed) {
        const Array flat = reshape(numbers(2 * tokens, 4 * 8 * seed, dtype, 0), {2, tokens, 4 * seed, 8});
        return transpose(slice(flat, 2, 0, 4), 1, 2);
      };
      const Array q = heads(1), k = heads(2), k_once = slice(k, 0, 0, 1);
      for (const Array& other : {k, k_once}) {
        const Array scores = matmul(q, transpose(other));
        EXPECT_EQ(values(scores), plain_product(q, transpose(other))) << name_of(dtype) << " " << tokens;
        // Back into the order of the heads, in place; and into memory whose rows do not run on.
        const Array mixed = empty_like(q, dtype), columns = transpose(empty({2, 4, 8, tokens}, dtype));
        for (const Array& out : {mixed, columns}) {
          detail::product_into(out, cast(lt(scores, 0), dtype), q);
          EXPECT_EQ(values(out), plain_product(cast(lt(scores, 0), dtype), q)) << name_of(dtype) << " " << tokens;
        }
      }
    }
  }
}

TEST(Matmul, OfThreeAxesThatDoNotMerge) {
  const Array a = reshape(numbers(24, 6, float32, 0), {2, 3, 4, 2, 3}), b = transpose(a, {2, 1, 0, 4, 3});
  const Array half = slice(a, 2, 0, to_end, 2), one = slice(b, 0, 1, 2);
  const Array third = slice(transpose(one, 0, 2), 2, 0, 1);
  EXPECT_EQ(values(matmul(half, third)), plain_product(half, third));
}

}  // namespace
}  // namespace tenon::testing
