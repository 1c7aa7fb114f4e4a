#pragma once
#include <cmath>

#include "tenon/autograd/ops/rounding.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> rounding_cases() {
  return {
      {.name = "floor",
       .call = [](const auto& x) { return floor(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::floor(v); }); },
       .inputs = {uniform(-2.4, -2.1, {3, 5})},
       .dtypes = numeric},
      {.name = "ceil",
       .call = [](const auto& x) { return ceil(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::ceil(v); }); },
       .inputs = {uniform(-2.4, -2.1, {3, 5})},
       .dtypes = numeric},
      {.name = "round",
       .call = [](const auto& x) { return round(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::nearbyint(v); }); },
       .inputs = {uniform(-2.4, -2.1, {3, 5})},
       .dtypes = numeric},
      {.name = "trunc",
       .call = [](const auto& x) { return trunc(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::trunc(v); }); },
       .inputs = {uniform(-2.4, -2.1, {3, 5})},
       .dtypes = numeric},
  };
}

}  // namespace tenon::testing
