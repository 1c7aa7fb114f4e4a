#pragma once
#include "tenon/autograd/ops/arrange.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
/// The elements for which keeps(row, column) in the last two axes, 0 elsewhere.
template <class Keeps>
Array part(const Array& x, Keeps keeps) {
  Array out = map(x, [](double v) { return v; });
  Position p(x.shape());
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
    if (!keeps(p[x.ndim() - 2], p[x.ndim() - 1])) static_cast<double*>(out.data())[i] = 0;
  }
  return out;
}
}  // namespace reference

inline std::vector<OpCase> arrange_cases() {
  return {
      {.name = "flip",
       .call =
           [](const auto& x) {
             return flip(x[0], {0, 2});
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3, 4}, [](const Shape& p) { return Shape{1 - p[0], p[1], 3 - p[2]}; });
           },
       .inputs = {normal({2, 3, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "flip: axis 2 is out of range for an array of 1 dimension"}}},
      {.name = "roll",
       .call = [](const auto& x) { return roll(x[0], 4, 1); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3}, [](const Shape& p) { return Shape{p[0], (p[1] + 2) % 3}; });
           },
       .inputs = {normal({2, 3})},
       .dtypes = all_dtypes},
      {.name = "tile",
       .call =
           [](const auto& x) {
             return tile(x[0], {2, 1, 3});
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 2, 9}, [](const Shape& p) { return Shape{p[1], p[2] % 3}; });
           },
       .inputs = {normal({2, 3})},
       .dtypes = all_dtypes},
      {.name = "pad",
       .call =
           [](const auto& x) {
             return pad(x[0], {1, 2, -1, 1});
           },
       .reference =
           [](const Arrays& x) {
             const Array inside = from_values({3, 1}, {1, 1, 0}) * from_values({6}, {0, 1, 1, 1, 0, 0});
             return inside * picked(x[0], {3, 6}, [](const Shape& p) {
                      return Shape{p[0] < 2 ? p[0] + 1 : 0, p[1] > 0 && p[1] < 4 ? p[1] - 1 : 0};
                    });
           },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 3})},
                    "pad: axis 1 of [3, 3] would have -1 elements",
                    [](const auto& x) {
                      return pad(x[0], {-2, -2});
                    }},
                   {{normal({3, 3})},
                    "pad: widths come in pairs, got 1 numbers",
                    [](const auto& x) { return pad(x[0], {1}); }}}},
      {.name = "tril",
       .call = [](const auto& x) { return tril(x[0], 1); },
       .reference =
           [](const Arrays& x) { return reference::part(x[0], [](int64_t i, int64_t j) { return j <= i + 1; }); },
       .inputs = {normal({3, 2, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "tril: expected at least 2 dimensions, got [3]"}}},
      {.name = "triu",
       .call = [](const auto& x) { return triu(x[0]); },
       .reference = [](const Arrays& x) { return reference::part(x[0], [](int64_t i, int64_t j) { return j >= i; }); },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
