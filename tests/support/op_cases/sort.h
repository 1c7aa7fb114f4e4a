#pragma once
#include <algorithm>

#include "tenon/autograd/ops/sort.h"
#include "tenon/core/ops/sort.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
inline Elements rising(Elements x) {
  std::sort(x.begin(), x.end());
  return x;
}
inline Elements falling(Elements x) {
  std::sort(x.begin(), x.end(), std::greater<>());
  return x;
}
inline Elements two_largest(Elements x) {
  x = falling(x);
  return {x[0], x[1]};
}
inline Elements order(const Elements& x) {
  Elements positions(x.size());
  for (size_t i = 0; i < x.size(); ++i) positions[i] = static_cast<double>(i);
  std::stable_sort(positions.begin(), positions.end(),
                   [&](double a, double b) { return x[static_cast<size_t>(a)] < x[static_cast<size_t>(b)]; });
  return positions;
}
}  // namespace reference

inline std::vector<OpCase> sort_cases() {
  return {
      {.name = "sort",
       .call = [](const auto& x) { return sort(x[0]).values; },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::rising); },
       .inputs = {distinct({3, 5})},
       .dtypes = all_dtypes},
      {.name = "sort/descending",
       .call = [](const auto& x) { return sort(x[0], 0, true).values; },
       .reference = [](const Arrays& x) { return along(x[0], 0, reference::falling); },
       .inputs = {distinct({5, 3})},
       .dtypes = all_dtypes},
      {.name = "argsort",
       .call = [](const auto& x) { return argsort(x[0], 1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::order); },
       .inputs = {normal({2, 7})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "topk",
       .call = [](const auto& x) { return topk(x[0], 2, {.axis = 1}).values; },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::two_largest); },
       .inputs = {distinct({2, 5, 2})},
       .dtypes = numeric,
       .misuses = {{{normal({2, 1, 2})}, "topk: k is 2, but axis 1 of [2, 1, 2] has 1 elements"}}},
  };
}

}  // namespace tenon::testing
