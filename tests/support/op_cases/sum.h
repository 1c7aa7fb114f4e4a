#pragma once
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Adds up over the axes in `mask`, which stay with size 1 where `keepdim`.
inline Array reference_sum(const Array& x, uint32_t mask, bool keepdim) {
  Shape kept, shape;
  for (int i = 0; i < x.ndim(); ++i) {
    const bool reduced = mask >> i & 1;
    kept.push_back(reduced ? 1 : x.size(i));
    if (!reduced || keepdim) shape.push_back(kept[i]);
  }
  Array out = zeros(kept, float64);
  double* sums = static_cast<double*>(out.data());
  Position p(x.shape());
  for (int64_t i = 0; i < x.numel(); ++i, p.next()) {
    int64_t offset = 0;
    for (int k = 0; k < x.ndim(); ++k) offset += (kept[k] == 1 ? 0 : p[k]) * out.raw().strides[k];
    sums[offset] += at(x, p, x.ndim());
  }
  return reshape(out, shape);
}

inline std::vector<OpCase> sum_cases() {
  return {
      {.name = "sum",
       .call = [](const auto& x) { return sum(x[0]); },
       .reference = [](const Arrays& x) { return reference_sum(x[0], 0xff, false); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .large = {normal({64, 4096})}},
      {.name = "sum/axis",
       .call = [](const auto& x) { return sum(x[0], 1); },
       .reference = [](const Arrays& x) { return reference_sum(x[0], 2, false); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .large = {normal({64, 128, 32})}},
      {.name = "sum/axes_keepdim",
       .call =
           [](const auto& x) {
             return sum(x[0], {0, -1}, true);
           },
       .reference = [](const Arrays& x) { return reference_sum(x[0], 5, true); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .large = {normal({64, 64, 32})}},
      {.name = "sum/empty",
       .call = [](const auto& x) { return sum(x[0], 0); },
       .reference = [](const Arrays& x) { return reference_sum(x[0], 1, false); },
       .inputs = {normal({0, 3})},
       .dtypes = all_dtypes},
      {.name = "sum/0d",
       .call = [](const auto& x) { return sum(x[0]); },
       .reference = [](const Arrays& x) { return reference_sum(x[0], 0, false); },
       .inputs = {normal({})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
