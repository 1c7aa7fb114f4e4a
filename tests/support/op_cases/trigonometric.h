#pragma once
#include <cmath>

#include "tenon/autograd/ops/trigonometric.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> trigonometric_cases() {
  return {
      {.name = "sin",
       .call = [](const auto& x) { return sin(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::sin(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "cos",
       .call = [](const auto& x) { return cos(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::cos(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "tan",
       .autocast = Cast::full,
       .call = [](const auto& x) { return tan(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::tan(v); }); },
       .inputs = {uniform(-1, 1, {3, 5})},
       .dtypes = all_dtypes},
      {.name = "asin",
       .autocast = Cast::full,
       .call = [](const auto& x) { return asin(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::asin(v); }); },
       .inputs = {uniform(-0.9, 0.9, {3, 5})},
       .dtypes = all_dtypes},
      {.name = "acos",
       .autocast = Cast::full,
       .call = [](const auto& x) { return acos(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::acos(v); }); },
       .inputs = {uniform(-0.9, 0.9, {3, 5})},
       .dtypes = all_dtypes},
      {.name = "atan",
       .call = [](const auto& x) { return atan(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::atan(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "sinh",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sinh(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::sinh(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "cosh",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cosh(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::cosh(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "atan2",
       .autocast = Cast::widest,
       .call = [](const auto& x) { return atan2(x[0], x[1]); },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return std::atan2(a, b); }); },
       .inputs = {normal({3, 5}), away_from(0, {5})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
