#pragma once
#include "tenon/autograd/ops/arrange.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

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
       .dtypes = all_dtypes},
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
       .dtypes = all_dtypes},
      {.name = "tril",
       .call = [](const auto& x) { return tril(x[0], 1); },
       .reference =
           [](const Arrays& x) {
             return x[0] * from_values({2, 4}, {1, 1, 0, 0, 1, 1, 1, 0});
           },
       .inputs = {normal({3, 2, 4})},
       .dtypes = all_dtypes},
      {.name = "triu",
       .call = [](const auto& x) { return triu(x[0]); },
       .reference =
           [](const Arrays& x) {
             return x[0] * from_values({3, 3}, {1, 1, 1, 0, 1, 1, 0, 0, 1});
           },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
