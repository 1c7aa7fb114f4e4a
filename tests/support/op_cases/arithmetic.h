#pragma once
#include <algorithm>
#include <cmath>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
/// With the sign of b; 0 by 0, which only integers are divided by.
inline double remainder(double a, double b) {
  if (b == 0) return 0;
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
}  // namespace reference

inline std::vector<OpCase> arithmetic_cases() {
  return {
      {.name = "add",
       .call = [](const auto& x) { return add(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({3, 4}), normal({3, 4})},
       .dtypes = numeric,
       .wraps = dtypes(bool_),
       .misuses = {{{normal({3, 4}), normal({4, 3})}, "add: shapes do not broadcast: a is [3, 4], b is [4, 3]"}}},
      {.name = "add/broadcast",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({2, 1, 4}), normal({3, 1})},
       .dtypes = numeric,
       .wraps = dtypes(bool_)},
      {.name = "add/0d",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({}), normal({})},
       .dtypes = numeric,
       .wraps = dtypes(bool_),
       .serial = true},
      {.name = "add/empty",
       .call = [](const auto& x) { return x[0] + x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a + b; }); },
       .inputs = {normal({2, 0}), normal({1})},
       .dtypes = numeric,
       .wraps = dtypes(bool_),
       .serial = true},
      {.name = "sub",
       .call = [](const auto& x) { return x[0] - x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a - b; }); },
       .inputs = {normal({3, 4}), normal({4})},
       .dtypes = numeric},
      {.name = "sub/scalar_first",
       .call = [](const auto& x) { return 2 - x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 2 - a; }); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "mul",
       .call = [](const auto& x) { return x[0] * x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a * b; }); },
       .inputs = {normal({3, 4}), normal({3, 1})},
       .dtypes = all_dtypes},
      {.name = "mul/scalar",
       .call = [](const auto& x) { return x[0] * 2.5; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return a * 2.5; }); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "div",
       .call = [](const auto& x) { return x[0] / x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a / b; }); },
       .inputs = {normal({3, 4}), positive({4})},
       .dtypes = all_dtypes},
      {.name = "div/scalar_first",
       .call = [](const auto& x) { return 3 / x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 3 / a; }); },
       .inputs = {positive({3, 4})},
       .dtypes = all_dtypes},
      {.name = "neg",
       .call = [](const auto& x) { return -x[0]; },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return -a; }); },
       .inputs = {normal({3, 4})},
       .dtypes = numeric},
      {.name = "abs",
       .call = [](const auto& x) { return abs(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return std::abs(a); }); },
       .inputs = {away_from(0, {3, 4})},
       .dtypes = numeric},
      {.name = "square",
       .call = [](const auto& x) { return square(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return a * a; }); },
       .inputs = {normal({3, 4})},
       .dtypes = numeric},
      {.name = "reciprocal",
       .call = [](const auto& x) { return reciprocal(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return 1 / a; }); },
       .inputs = {positive({3, 4})},
       .dtypes = all_dtypes},
      {.name = "maximum",
       .call = [](const auto& x) { return maximum(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return std::max(a, b); }); },
       .inputs = {distinct({3, 4}), positive({3, 1})},
       .dtypes = all_dtypes},
      {.name = "minimum",
       .call = [](const auto& x) { return minimum(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return std::min(a, b); }); },
       .inputs = {distinct({3, 4}), positive({3, 1})},
       .dtypes = all_dtypes},
      {.name = "remainder",
       .call = [](const auto& x) { return remainder(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], reference::remainder); },
       .inputs = {normal({6, 8}), normal({8})},
       .dtypes = numeric,
       .differentiable = false},
      {.name = "remainder/gradient",
       .call = [](const auto& x) { return remainder(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], reference::remainder); },
       .inputs = {uniform(2.2, 2.9, {3, 4}), uniform(-2.1, -1.9, {4})},
       .dtypes = numeric},
      {.name = "remainder/scalar",
       .call = [](const auto& x) { return remainder(x[0], 3); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return reference::remainder(a, 3); }); },
       .inputs = {away_from(0, {3, 4})},
       .dtypes = all_dtypes},
      {.name = "sign",
       .call = [](const auto& x) { return sign(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return double(a > 0) - double(a < 0); }); },
       .inputs = {away_from(0, {3, 4})},
       .dtypes = numeric},
  };
}

}  // namespace tenon::testing
