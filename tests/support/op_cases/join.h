#pragma once
#include "tenon/autograd/ops/join.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/join.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> join_cases() {
  return {
      {.name = "cat",
       .call =
           [](const auto& x) {
             return cat({x[0], x[1], x[0]}, -1);
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 8},
                           [](const Shape& p) {
                             return Shape{p[0], p[1] % 5 % 3};
                           }) *
                        from_values({8}, {1, 1, 1, 0, 0, 1, 1, 1}) +
                    picked(x[1], {2, 8}, [](const Shape& p) {
                      return Shape{p[0], p[1] == 4};
                    }) * from_values({8}, {0, 0, 0, 1, 1, 0, 0, 0});
           },
       .inputs = {normal({2, 3}), normal({2, 2})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 3}), normal({3, 2})}, "cat: sizes differ outside axis -1: [2, 3] and [3, 2]"}}},
      {.name = "stack",
       .call =
           [](const auto& x) {
             return stack({x[0], x[1]}, 1);
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 2, 3},
                           [](const Shape& p) {
                             return Shape{p[0], p[2]};
                           }) *
                        from_values({2, 1}, {1, 0}) +
                    picked(x[1], {2, 2, 3}, [](const Shape& p) {
                      return Shape{p[0], p[2]};
                    }) * from_values({2, 1}, {0, 1});
           },
       .inputs = {normal({2, 3}), normal({2, 3})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 3}), normal({3, 2})}, "stack: shapes differ: [2, 3] and [3, 2]"}}},
      {.name = "split",
       .call =
           [](const auto& x) {
             return split(x[0], {1, 3, 1}, 1)[1];
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3}, [](const Shape& p) { return Shape{p[0], p[1] + 1}; });
           },
       .inputs = {normal({2, 5})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 4})}, "split: the sizes do not add up to 4, the size of axis 1"}}},
      {.name = "chunk",
       .call = [](const auto& x) { return chunk(x[0], 2, 1).back(); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 2}, [](const Shape& p) { return Shape{p[0], p[1] + 3}; });
           },
       .inputs = {normal({2, 5})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
