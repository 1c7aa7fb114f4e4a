#pragma once
#include "tenon/autograd/ops/activation.h"
#include "tenon/core/ops/activation.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> activation_cases() {
  return {
      {.name = "relu",
       .call = [](const auto& x) { return relu(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v > 0 ? v : 0; }); },
       .inputs = {away_from(0, {3, 5})},
       .dtypes = numeric,
       .large = {away_from(0, {64, 1024})}},
  };
}

}  // namespace tenon::testing
