#include "tenon/core/ops/matmul.h"

#include <gtest/gtest.h>

#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/text.h"
#include "tenon/tests/support/elements.h"

namespace tenon::testing {
namespace {

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

}  // namespace
}  // namespace tenon::testing
