#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "tenon/autograd/ops/arrange.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/core/ops/sum.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
inline double sum(const Elements& x) {
  double total = 0;
  for (double v : x) total += v;
  return total;
}
inline double prod(const Elements& x) {
  double product = 1;
  for (double v : x) product *= v;
  return product;
}
inline double mean(const Elements& x) { return sum(x) / static_cast<double>(x.size()); }
/// Squared differences from the mean, summed up.
inline double squares(const Elements& x) {
  double total = 0;
  for (double v : x) total += (v - mean(x)) * (v - mean(x));
  return total;
}
inline double var(const Elements& x) { return squares(x) / std::max(0., static_cast<double>(x.size()) - 1); }
inline double norm1(const Elements& x) {
  double total = 0;
  for (double v : x) total += std::abs(v);
  return total;
}
inline double norm2(const Elements& x) {
  double total = 0;
  for (double v : x) total += v * v;
  return std::sqrt(total);
}
inline double largest(const Elements& x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::abs(v));
  return most;
}
inline double logsumexp(const Elements& x) {
  double total = 0;
  for (double v : x) total += std::exp(v);
  return std::log(total);
}
}  // namespace reference

inline std::vector<OpCase> sum_cases() {
  return {
      {.name = "sum",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sum(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 7, false, reference::sum); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes},
      {.name = "sum/axis",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sum(x[0], 1); },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, false, reference::sum); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "sum: axis 1 is out of range for an array of 1 dimension"}}},
      {.name = "sum/axes_keepdim",
       .autocast = Cast::full,
       .call =
           [](const auto& x) {
             return sum(x[0], {0, -1}, true);
           },
       .reference = [](const Arrays& x) { return reduced(x[0], 5, true, reference::sum); },
       .inputs = {normal({3, 4, 5})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "sum: axis -1 is given twice in [0, -1]"}}},
      {.name = "sum/rows",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sum(x[0], 0); },
       .reference = [](const Arrays& x) { return reduced(x[0], 1, false, reference::sum); },
       .inputs = {normal({4, 3})},
       .dtypes = all_dtypes},
      {.name = "sum/empty",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sum(x[0], 0); },
       .reference = [](const Arrays& x) { return reduced(x[0], 1, false, reference::sum); },
       .inputs = {normal({0, 3})},
       .dtypes = all_dtypes},
      {.name = "sum/0d",
       .autocast = Cast::full,
       .call = [](const auto& x) { return sum(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 0, false, reference::sum); },
       .inputs = {normal({})},
       .dtypes = all_dtypes,
       .serial = true},
      {.name = "prod",
       .autocast = Cast::full,
       .call = [](const auto& x) { return prod(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::prod); },
       .inputs = {positive({2, 3})},
       .dtypes = all_dtypes},
      {.name = "prod/axes",
       .autocast = Cast::full,
       .call =
           [](const auto& x) {
             return prod(x[0], {0, 2}, true);
           },
       .reference = [](const Arrays& x) { return reduced(x[0], 5, true, reference::prod); },
       .inputs = {normal({2, 3, 2})},
       .dtypes = all_dtypes,
       .tolerance = 2},
      {.name = "prod/zero",  // the product of the others, where some are 0
       .autocast = Cast::full,
       .call = [](const auto& x) { return prod(tril(x[0]), 1); },
       .reference = [](const Arrays& x) { return reduced(tril(x[0]), 2, false, reference::prod); },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes,
       .first = "tril"},
      {.name = "mean",
       .call = [](const auto& x) { return mean(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::mean); },
       .inputs = {normal({3, 4})}},
      {.name = "mean/axes",
       .call =
           [](const auto& x) {
             return mean(x[0], {0, 2, 3});
           },
       .reference = [](const Arrays& x) { return reduced(x[0], 13, false, reference::mean); },
       .inputs = {normal({2, 3, 2, 2})}},
      {.name = "var",
       .call = [](const auto& x) { return var(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::var); },
       .inputs = {normal({3, 4})}},
      {.name = "var/population",
       .call =
           [](const auto& x) {
             return var(x[0], {0, 2, 3}, {.correction = 0, .keepdim = true});
           },
       .reference =
           [](const Arrays& x) {
             return reduced(x[0], 13, true,
                            [](const Elements& v) { return reference::squares(v) / static_cast<double>(v.size()); });
           },
       .inputs = {normal({2, 3, 2, 2})}},
      {.name = "std",
       .call = [](const auto& x) { return std(x[0], 0); },
       .reference =
           [](const Arrays& x) {
             return reduced(x[0], 1, false, [](const Elements& v) { return std::sqrt(reference::var(v)); });
           },
       .inputs = {normal({5, 3})}},
      {.name = "norm/1",
       .autocast = Cast::full,
       .call = [](const auto& x) { return norm(x[0], 1, 1); },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, false, reference::norm1); },
       .inputs = {away_from(0, {3, 4})}},
      {.name = "norm/2",
       .autocast = Cast::full,
       .call = [](const auto& x) { return norm(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 3, false, reference::norm2); },
       .inputs = {normal({3, 4})}},
      {.name = "norm/infinity",
       .autocast = Cast::full,
       .call = [](const auto& x) { return norm(x[0], std::numeric_limits<double>::infinity(), 0, true); },
       .reference = [](const Arrays& x) { return reduced(x[0], 1, true, reference::largest); },
       .inputs = {distinct({4, 3})}},
      {.name = "logsumexp",
       .autocast = Cast::full,
       .call = [](const auto& x) { return logsumexp(x[0], 1); },
       .reference = [](const Arrays& x) { return reduced(x[0], 2, false, reference::logsumexp); },
       .inputs = {normal({3, 4})}},
      {.name = "logsumexp/all",
       .autocast = Cast::full,
       .call = [](const auto& x) { return logsumexp(x[0]); },
       .reference = [](const Arrays& x) { return reduced(x[0], 7, false, reference::logsumexp); },
       .inputs = {normal({3, 1, 4})}},
  };
}

}  // namespace tenon::testing
