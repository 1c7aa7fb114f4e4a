#pragma once
#include "tenon/autograd/ops/layout.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// The element of x that each position of `shape` shows.
template <class F>
Array gathered(const Array& operand, const Shape& shape, F source_of) {
  const Array x = operand.to(float64);
  Array out = empty(shape, float64);
  Position p(shape);
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
    const Shape from = source_of(p.shape());
    int64_t offset = 0;
    for (int k = 0; k < x.ndim(); ++k) offset += from[k] * x.raw().strides[k];
    static_cast<double*>(out.data())[i] = static_cast<const double*>(x.data())[offset];
  }
  return out;
}

inline std::vector<OpCase> layout_cases() {
  return {
      {.name = "transpose",
       .call = [](const auto& x) { return transpose(x[0]) * 1; },
       .reference =
           [](const Arrays& x) {
             return gathered(x[0], {4, 3}, [](const Shape& p) { return Shape{p[1], p[0]}; });
           },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "permute",
       .call =
           [](const auto& x) {
             return permute(x[0], {2, 0, 1}) * 1;
           },
       .reference =
           [](const Arrays& x) {
             return gathered(x[0], {4, 2, 3}, [](const Shape& p) { return Shape{p[1], p[2], p[0]}; });
           },
       .inputs = {normal({2, 3, 4})},
       .dtypes = all_dtypes},
      {.name = "reshape",
       .call =
           [](const auto& x) {
             return reshape(x[0], {4, -1});
           },
       .reference =
           [](const Arrays& x) {
             return from_values({4, 3}, values(x[0]));
           },
       .inputs = {normal({2, 3, 2})},
       .dtypes = all_dtypes},
      {.name = "slice/step",
       .call = [](const auto& x) { return slice(x[0], 1, 1, -1, 2) * 1; },
       .reference =
           [](const Arrays& x) {
             return gathered(x[0], {3, 2}, [](const Shape& p) { return Shape{p[0], 1 + 2 * p[1]}; });
           },
       .inputs = {normal({3, 6})},
       .dtypes = all_dtypes},
      {.name = "select",
       .call = [](const auto& x) { return select(x[0], 1, -1) * 1; },
       .reference = [](const Arrays& x) { return gathered(x[0], {3}, [](const Shape& p) {
                                            return Shape{p[0], 5};
                                          }); },
       .inputs = {normal({3, 6})},
       .dtypes = all_dtypes},
      {.name = "expand",
       .call =
           [](const auto& x) {
             return expand(x[0], {2, 3, 4}) * 1;
           },
       .reference =
           [](const Arrays& x) {
             return gathered(x[0], {2, 3, 4}, [](const Shape& p) { return Shape{p[1], 0}; });
           },
       .inputs = {normal({3, 1})},
       .dtypes = all_dtypes},
      {.name = "squeeze_unsqueeze",
       .call = [](const auto& x) { return unsqueeze(squeeze(x[0], 1), 0); },
       .reference =
           [](const Arrays& x) {
             return from_values({1, 3, 4}, values(x[0]));
           },
       .inputs = {normal({3, 1, 4})},
       .dtypes = all_dtypes},
      {.name = "cast",
       .call = [](const auto& x) { return cast(x[0], float64); },
       .reference = [](const Arrays& x) { return x[0]; },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
