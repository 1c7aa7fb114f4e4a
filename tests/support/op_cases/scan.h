#pragma once
#include "tenon/autograd/ops/scan.h"
#include "tenon/core/ops/scan.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
inline Elements cumsum(const Elements& x) {
  Elements y = x;
  for (size_t i = 1; i < y.size(); ++i) y[i] += y[i - 1];
  return y;
}
inline Elements cumprod(const Elements& x) {
  Elements y = x;
  for (size_t i = 1; i < y.size(); ++i) y[i] *= y[i - 1];
  return y;
}
/// Along the last axis.
inline Array linear_scan(const Array& a, const Array& b) {
  const Elements factor = values(expand(a, b.shape()));
  Elements h = values(b);
  const auto n = static_cast<size_t>(b.size(-1));
  for (size_t i = 0; i < h.size(); ++i) {
    if (i % n > 0) h[i] += factor[i] * h[i - 1];
  }
  return from_values(b.shape(), h);
}
}  // namespace reference

inline std::vector<OpCase> scan_cases() {
  return {
      {.name = "cumsum",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cumsum(x[0], 1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::cumsum); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "cumsum: axis 1 is out of range for an array of 1 dimension"}}},
      {.name = "cumsum/inner",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cumsum(x[0], 0); },
       .reference = [](const Arrays& x) { return along(x[0], 0, reference::cumsum); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "cumprod",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cumprod(x[0], -1); },
       .reference = [](const Arrays& x) { return along(x[0], 1, reference::cumprod); },
       .inputs = {normal({3, 4})},
       .dtypes = all_dtypes},
      {.name = "linear_scan",
       .call = [](const auto& x) { return linear_scan(x[0], x[1], -1); },
       .reference = [](const Arrays& x) { return reference::linear_scan(x[0], x[1]); },
       .inputs = {uniform(-1, 1, {4}), normal({3, 4})},
       .misuses = {{{normal({3}), normal({3, 4})}, "linear_scan: shapes do not broadcast: a is [3], b is [3, 4]"}}},
  };
}

}  // namespace tenon::testing
