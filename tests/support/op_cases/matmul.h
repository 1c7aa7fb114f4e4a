#pragma once
#include "tenon/autograd/ops/matmul.h"
#include "tenon/core/ops/matmul.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Products of the last two axes, the leading ones broadcast.
inline Array reference_matmul(const Array& a, const Array& b) {
  Shape batch_a = a.shape(), batch_b = b.shape();
  for (int i = 0; i < 2; ++i) batch_a.erase(batch_a.ndim() - 1), batch_b.erase(batch_b.ndim() - 1);
  const Shape batch = broadcast_shapes(batch_a, batch_b, "reference");
  const int64_t m = a.size(-2), k = a.size(-1), n = b.size(-1);
  const auto with = [&batch](int64_t rows, int64_t columns) {
    Shape shape = batch;
    shape.push_back(rows);
    shape.push_back(columns);
    return shape;
  };
  const std::vector<double> x = values(expand(a, with(m, k))), y = values(expand(b, with(k, n)));
  std::vector<double> out;
  for (int64_t g = 0; g < batch.numel(); ++g) {
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        double total = 0;
        for (int64_t p = 0; p < k; ++p) {
          total += x[static_cast<size_t>((g * m + i) * k + p)] * y[static_cast<size_t>((g * k + p) * n + j)];
        }
        out.push_back(total);
      }
    }
  }
  return from_values(with(m, n), out);
}

/// max(x weight^T + bias, 0), or without the maximum.
inline Array reference_linear(const Arrays& x, bool relu) {
  const Array product = reference_matmul(x[0], transpose(x[1]).contiguous());
  if (x.size() == 2) return product;
  return map(product, x[2], [relu](double a, double b) { return relu && a + b < 0 ? 0 : a + b; });
}

inline std::vector<OpCase> matmul_cases() {
  return {
      {.name = "matmul",
       .autocast = Cast::low,
       .call = [](const auto& x) { return matmul(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_matmul(x[0], x[1]); },
       .inputs = {normal({3, 4}), normal({4, 5})},
       .dtypes = numeric,
       .misuses = {{{normal({8, 3}), normal({4, 5})},
                    "matmul: inner dimensions differ: a is [8, 3], b is [4, 5] (3 != 4)"},
                   {{normal({}), normal({4, 5})}, "matmul: expected at least 1 dimension: a is [], b is [4, 5]"}}},
      {.name = "matmul/batched",
       .autocast = Cast::low,
       .call = [](const auto& x) { return matmul(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_matmul(x[0], x[1]); },
       .inputs = {normal({2, 1, 3, 4}), normal({5, 4, 6})},
       .dtypes = numeric,
       .misuses = {{{normal({2, 3, 4}), normal({3, 4, 5})}, "matmul: shapes do not broadcast: a is [2], b is [3]"}}},
      {.name = "matmul/vector",
       .autocast = Cast::low,
       .call = [](const auto& x) { return matmul(x[0], x[1]); },
       .reference = [](const Arrays& x) { return squeeze(reference_matmul(x[0], unsqueeze(x[1], 1)), Axes(-1)); },
       .inputs = {normal({3, 4}), normal({4})},
       .dtypes = numeric,
       .serial = true},
      {.name = "matmul/empty_inner",
       .autocast = Cast::low,
       .call = [](const auto& x) { return matmul(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_matmul(x[0], x[1]); },
       .inputs = {normal({3, 0}), normal({0, 2})},
       .dtypes = numeric},
      {.name = "matmul/wide_batch",
       .autocast = Cast::low,
       .call = [](const auto& x) { return matmul(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_matmul(x[0], x[1]); },
       .inputs = {normal({2, 3, 4}), normal({4, 5})},
       .dtypes = numeric},
      {.name = "linear",
       .autocast = Cast::low,
       .call = [](const auto& x) { return linear(x[0], x[1], x[2]); },
       .reference = [](const Arrays& x) { return reference_linear(x, false); },
       .inputs = {normal({3, 4}), normal({5, 4}), optional(normal({5}))},
       .misuses = {{{normal({2, 3}), normal({5, 4}), normal({5})},
                    "linear: expected 4 input features, got 3 (input [2, 3])"},
                   {{normal({2, 4}), normal({5, 4}), normal({4})}, "linear: expected a bias [5], got [4]"}}},
      {.name = "linear/relu",
       .autocast = Cast::low,
       .call = [](const auto& x) { return linear(x[0], x[1], x[2], {.activation = Activation::relu}); },
       .reference = [](const Arrays& x) { return reference_linear(x, true); },
       .inputs = {normal({3, 4}), normal({5, 4}), optional(normal({5}))}},
      {.name = "linear/no_bias",
       .autocast = Cast::low,
       .call = [](const auto& x) { return linear(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_linear(x, false); },
       .inputs = {normal({2, 3, 4}), normal({5, 4})}},
  };
}

}  // namespace tenon::testing
