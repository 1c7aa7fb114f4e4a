#pragma once
#include <algorithm>

#include "tenon/autograd/ops/extremum.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
inline double max(const Elements& x) { return *std::max_element(x.begin(), x.end()); }
inline double min(const Elements& x) { return *std::min_element(x.begin(), x.end()); }
inline double argmax(const Elements& x) {
  return static_cast<double>(std::max_element(x.begin(), x.end()) - x.begin());
}
inline double argmin(const Elements& x) {
  return static_cast<double>(std::min_element(x.begin(), x.end()) - x.begin());
}
}  // namespace reference

inline std::vector<OpCase> extremum_cases() {
  return {
      {.name = "max",
       .call = [](const auto& x) { return max(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::max); },
       .inputs = {distinct({3, 4})},
       .dtypes = all_dtypes,
       .takes_empty = false,
       .misuses = {{{normal({0, 4})}, "max: axis 0 of [0, 4] has no elements"}}},
      {.name = "min",
       .call = [](const auto& x) { return min(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::min); },
       .inputs = {distinct({3, 4})},
       .dtypes = all_dtypes,
       .takes_empty = false},
      {.name = "max/axis",
       .call = [](const auto& x) { return max(x[0], 1).values; },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, false, reference::max); },
       .inputs = {distinct({3, 4, 2})},
       .dtypes = all_dtypes},
      {.name = "min/axis_keepdim",
       .call = [](const auto& x) { return min(x[0], -1, true).values; },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, true, reference::min); },
       .inputs = {distinct({3, 4})},
       .dtypes = all_dtypes},
      {.name = "max/indices",
       .call = [](const auto& x) { return max(x[0], 0).indices; },
       .reference = [](const Arrays& x) { return reduced(x[0], 1, false, reference::argmax); },
       .inputs = {distinct({3, 4})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "amax",
       .call =
           [](const auto& x) {
             return amax(x[0], {0, 2}, true);
           },
       .reference = [](const Arrays& x) { return reduced(x[0], 5, true, reference::max); },
       .inputs = {distinct({3, 2, 4})},
       .dtypes = all_dtypes},
      {.name = "amin",
       .call = [](const auto& x) { return amin(x[0], 0); },
       .reference = [](const Arrays& x) { return reduced(x[0], 1, false, reference::min); },
       .inputs = {distinct({3, 4})},
       .dtypes = all_dtypes},
      {.name = "argmax",
       .call = [](const auto& x) { return argmax(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::argmax); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes,
       .differentiable = false,
       .serial = true,
       .takes_empty = false},
      {.name = "argmin/axis",
       .call = [](const auto& x) { return argmin(x[0], 1, true); },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, true, reference::argmin); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .differentiable = false,
       .misuses = {{{normal({3, 0, 5})}, "argmin: axis 1 of [3, 0, 5] has no elements"}}},
      {.name = "any",
       .call = [](const auto& x) { return any(x[0], 1); },
       .reference =
           [](const Arrays& x) {
             return reduced(x[0], 2, false, [](const Elements& v) {
               return std::any_of(v.begin(), v.end(), [](double e) { return e != 0; });
             });
           },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "all",
       .call = [](const auto& x) { return all(x[0]); },
       .reference =
           [](const Arrays& x) {
             return reduced(x[0], 3, false, [](const Elements& v) {
               return std::all_of(v.begin(), v.end(), [](double e) { return e != 0; });
             });
           },
       .inputs = {mask({3, 4})},
       .differentiable = false},
  };
}

}  // namespace tenon::testing
