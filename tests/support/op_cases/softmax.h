#pragma once
#include "tenon/autograd/ops/softmax.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/tests/support/op_cases/sum.h"

namespace tenon::testing {

namespace reference {
inline Elements log_softmax(const Elements& x) {
  Elements y = x;
  for (double& v : y) v -= logsumexp(x);
  return y;
}
inline Elements softmax(const Elements& x) {
  Elements y = log_softmax(x);
  for (double& v : y) v = std::exp(v);
  return y;
}
}  // namespace reference

inline std::vector<OpCase> softmax_cases() {
  return {
      {.name = "softmax",
       .autocast = Cast::full,
       .call = [](const auto& x) { return softmax(x[0], 1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::softmax); },
       .inputs = {normal({3, 4})},
       .misuses = {{{normal({3})}, "softmax: axis 1 is out of range for an array of 1 dimension"}}},
      {.name = "softmax/inner",
       .autocast = Cast::full,
       .call = [](const auto& x) { return softmax(x[0], 1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::softmax); },
       .inputs = {normal({2, 3, 2})}},
      {.name = "softmax/empty",
       .autocast = Cast::full,
       .call = [](const auto& x) { return softmax(x[0], 0); },
       .reference = [](const Arrays& x) { return along(x[0], 0, reference::softmax); },
       .inputs = {normal({0, 3})},
       .serial = true},
      {.name = "log_softmax",
       .autocast = Cast::full,
       .call = [](const auto& x) { return log_softmax(x[0], -1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::log_softmax); },
       .inputs = {normal({3, 4})}},
      {.name = "log_softmax/inner",
       .autocast = Cast::full,
       .call = [](const auto& x) { return log_softmax(x[0], 0); },
       .reference = [](const Arrays& x) { return along(x[0], 0, reference::log_softmax); },
       .inputs = {normal({3, 4})}},
  };
}

}  // namespace tenon::testing
