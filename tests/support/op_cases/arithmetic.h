#pragma once
#include <algorithm>
#include <cmath>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> arithmetic_cases() {
  return {
      {.name = "add",
       .call = [](const auto& x) { return add(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({3, 4}), normal({3, 4})},
       .dtypes = numeric,
       .large = {normal({64, 1024}), normal({64, 1024})}},
      {.name = "add/broadcast",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({2, 1, 4}), normal({3, 1})}},
      {.name = "add/0d",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({}), normal({})}},
      {.name = "add/empty",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({2, 0}), normal({1})}},
      {.name = "sub",
       .call = [](const auto& x) { return x[0] - x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a - b; }); },
       .inputs = {normal({3, 4}), normal({4})}},
      {.name = "sub/scalar_first",
       .call = [](const auto& x) { return 2 - x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 2 - a; }); },
       .inputs = {normal({3, 4})}},
      {.name = "mul",
       .call = [](const auto& x) { return x[0] * x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a * b; }); },
       .inputs = {normal({3, 4}), normal({3, 1})}},
      {.name = "mul/scalar",
       .call = [](const auto& x) { return x[0] * 2.5; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return a * 2.5; }); },
       .inputs = {normal({3, 4})}},
      {.name = "div",
       .call = [](const auto& x) { return x[0] / x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a / b; }); },
       .inputs = {normal({3, 4}), positive({4})}},
      {.name = "div/scalar_first",
       .call = [](const auto& x) { return 3 / x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 3 / a; }); },
       .inputs = {positive({3, 4})}},
      {.name = "neg",
       .call = [](const auto& x) { return -x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return -a; }); },
       .inputs = {normal({3, 4})}},
      {.name = "abs",
       .call = [](const auto& x) { return abs(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return std::abs(a); }); },
       .inputs = {away_from(0, {3, 4})},
       .dtypes = numeric},
      {.name = "square",
       .call = [](const auto& x) { return square(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return a * a; }); },
       .inputs = {normal({3, 4})}},
      {.name = "reciprocal",
       .call = [](const auto& x) { return reciprocal(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 1 / a; }); },
       .inputs = {positive({3, 4})}},
      {.name = "maximum",
       .call = [](const auto& x) { return maximum(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return std::max(a, b); }); },
       .inputs = {distinct({3, 4}), positive({3, 1})}},
      {.name = "minimum",
       .call = [](const auto& x) { return minimum(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return std::min(a, b); }); },
       .inputs = {distinct({3, 4}), positive({3, 1})}},
  };
}

}  // namespace tenon::testing
