#pragma once
#include <cmath>

#include "tenon/autograd/ops/activation.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> activation_cases() {
  return {
      {.name = "relu",
       .call = [](const auto& x) { return relu(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v > 0 ? v : 0; }); },
       .inputs = {away_from(0, {3, 5})},
       .dtypes = numeric},
      {.name = "sigmoid",
       .call = [](const auto& x) { return sigmoid(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return 1 / (1 + std::exp(-v)); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "tanh",
       .call = [](const auto& x) { return tanh(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::tanh(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "silu",
       .call = [](const auto& x) { return silu(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v / (1 + std::exp(-v)); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "gelu",
       .call = [](const auto& x) { return gelu(x[0]); },
       .reference =
           [](const Arrays& x) {
             return map(x[0], [](double v) { return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))); });
           },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "gelu/approximate",
       .call = [](const auto& x) { return gelu(x[0], {.approximate = true}); },
       .reference =
           [](const Arrays& x) {
             return map(x[0], [](double v) {
               return 0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v)));
             });
           },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
