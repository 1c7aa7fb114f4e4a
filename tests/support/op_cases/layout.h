#pragma once
#include "tenon/autograd/ops/layout.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> layout_cases() {
  return {
      {.name = "transpose",
       .call = [](const auto& x) { return transpose(x[0]) * 1; },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {4, 3}, [](const Shape& p) { return Shape{p[1], p[0]}; });
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
             return picked(x[0], {4, 2, 3}, [](const Shape& p) { return Shape{p[1], p[2], p[0]}; });
           },
       .inputs = {normal({2, 3, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 2})}, "permute: axis 2 is out of range for an array of 2 dimensions"}}},
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
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 3})}, "reshape: [2, 3] has 6 elements and does not fit [4, -1]"},
                   {{normal({2, 3})},
                    "reshape: more than one -1 in [-1, -1]",
                    [](const auto& x) {
                      return reshape(x[0], {-1, -1});
                    }}}},
      {.name = "slice/step",
       .call = [](const auto& x) { return slice(x[0], 1, 1, -1, 2) * 1; },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {3, 2}, [](const Shape& p) { return Shape{p[0], 1 + 2 * p[1]}; });
           },
       .inputs = {normal({3, 6})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 6})},
                    "slice: step must be positive, got 0",
                    [](const auto& x) { return slice(x[0], 0, 0, 3, 0); }},
                   {{normal({3})}, "slice: axis 1 is out of range for an array of 1 dimension"}}},
      {.name = "select",
       .call = [](const auto& x) { return select(x[0], 1, -1) * 1; },
       .reference = [](const Arrays& x) { return picked(x[0], {3}, [](const Shape& p) {
                                            return Shape{p[0], 5};
                                          }); },
       .inputs = {normal({3, 6})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 0})}, "select: index -1 is out of range for axis 1 of size 0"}}},
      {.name = "expand",
       .call =
           [](const auto& x) {
             return expand(x[0], {2, 3, 4}) * 1;
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3, 4}, [](const Shape& p) { return Shape{p[1], 0}; });
           },
       .inputs = {normal({3, 1})},
       .dtypes = all_dtypes,
       .serial = true,
       .takes_empty = false,
       .misuses = {{{normal({2, 1})}, "expand: [2, 1] does not broadcast to [2, 3, 4]"}}},
      {.name = "squeeze_unsqueeze",
       .call = [](const auto& x) { return unsqueeze(squeeze(x[0], 1), 0); },
       .reference =
           [](const Arrays& x) {
             return from_values({1, 3, 4}, values(x[0]));
           },
       .inputs = {normal({3, 1, 4})},
       .dtypes = all_dtypes,
       .first = "squeeze"},
      {.name = "flatten",
       .call = [](const auto& x) { return flatten(x[0], 1); },
       .reference =
           [](const Arrays& x) {
             if (x[0].ndim() == 0) return x[0].reshape({1});
             return from_values({x[0].size(0), x[0].size(1) * x[0].size(2)}, values(x[0]));
           },
       .inputs = {normal({2, 3, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({2, 3, 4})},
                    "flatten: start 2 lies behind end 1",
                    [](const auto& x) { return flatten(x[0], 2, 1); }}}},
      {.name = "clone",
       .call = [](const auto& x) { return clone(x[0]); },
       .reference = [](const Arrays& x) { return x[0]; },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "contiguous",
       .call = [](const auto& x) { return contiguous(transpose(x[0])); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {x[0].size(1), x[0].size(0)}, [](const Shape& p) { return Shape{p[1], p[0]}; });
           },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes,
       .first = "transpose"},
      {.name = "cast",
       .call = [](const auto& x) { return cast(x[0], float64); },
       .reference = [](const Arrays& x) { return x[0]; },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
