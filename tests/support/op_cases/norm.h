#pragma once
#include <cmath>
#include <utility>

#include "tenon/autograd/ops/norm.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Mean and variance of the elements of x that belong together: those for which group(position) is the same number.
template <class Group>
std::vector<std::pair<double, double>> group_statistics(const Array& x, int64_t groups, Group group) {
  std::vector<double> sums(static_cast<size_t>(groups)), counts = sums, squares = sums;
  std::vector<std::pair<double, double>> result;
  Position p(x.shape());
  for (int64_t k = 0; k < x.numel(); ++k, p.next()) {
    sums[group(p)] += at(x, p, x.ndim());
    counts[group(p)] += 1;
  }
  Position q(x.shape());
  for (int64_t k = 0; k < x.numel(); ++k, q.next()) {
    squares[group(q)] += std::pow(at(x, q, x.ndim()) - sums[group(q)] / counts[group(q)], 2);
  }
  for (size_t g = 0; g < sums.size(); ++g) result.push_back({sums[g] / counts[g], squares[g] / counts[g]});
  return result;
}

inline Array reference_batch_norm(const Arrays& a, double eps = 1e-5) {
  const auto statistics = group_statistics(a[0], a[0].size(1), [](const Position& p) { return size_t(p[1]); });
  Array y = empty(a[0].shape(), float64);
  Position p(y.shape());
  for (int64_t k = 0; k < y.numel(); ++k, p.next()) {
    const auto [mean, var] = statistics[size_t(p[1])];
    double value = (at(a[0], p, y.ndim()) - mean) / std::sqrt(var + eps);
    if (a.size() > 2) value = value * values(a[1])[size_t(p[1])] + values(a[2])[size_t(p[1])];
    static_cast<double*>(y.data())[k] = value;
  }
  return y;
}

/// Over the last axis.
inline Array reference_layer_norm(const Arrays& a, double eps = 1e-5) {
  const int64_t n = a[0].size(-1);
  if (n == 0) throw std::out_of_range("layer_norm");
  const Array rows = reshape(a[0], {a[0].numel() / n, n});
  const auto statistics = group_statistics(rows, rows.size(0), [](const Position& p) { return size_t(p[0]); });
  Array y = empty(rows.shape(), float64);
  Position p(y.shape());
  for (int64_t k = 0; k < y.numel(); ++k, p.next()) {
    const auto [mean, var] = statistics[size_t(p[0])];
    double value = (at(rows, p, 2) - mean) / std::sqrt(var + eps);
    if (a.size() > 1) value *= values(a[1])[size_t(p[1])];
    if (a.size() > 2) value += values(a[2])[size_t(p[1])];
    static_cast<double*>(y.data())[k] = value;
  }
  return reshape(y, a[0].shape());
}

inline std::vector<OpCase> norm_cases() {
  return {
      {.name = "layer_norm",
       .autocast = Cast::full,
       .call = [](const auto& x) { return layer_norm(x[0], 1, x[1], x[2]); },
       .reference = [](const Arrays& x) { return reference_layer_norm(x); },
       .inputs = {normal({2, 3, 5}), optional(normal({5})), optional(normal({5}))},
       .tolerance = 10,
       .misuses = {{{normal({2, 3, 5}), normal({4}), normal({5})}, "layer_norm: expected a weight [5], got [4]"}}},
      {.name = "layer_norm/two_axes_no_weight",
       .autocast = Cast::full,
       .call = [](const auto& x) { return layer_norm(x[0], 2); },
       .reference =
           [](const Arrays& x) {
             const Array rows = reshape(x[0], {x[0].size(0), x[0].size(1) * x[0].size(2)});
             return reshape(reference_layer_norm({rows}), x[0].shape());
           },
       .inputs = {normal({2, 3, 4})},
       .tolerance = 10},
      {.name = "layer_norm/weight_only_eps",
       .autocast = Cast::full,
       .call = [](const auto& x) { return layer_norm(x[0], 1, x[1], {}, 0.1); },
       .reference = [](const Arrays& x) { return reference_layer_norm(x, 0.1); },
       .inputs = {normal({3, 4}), optional(normal({4}))},
       .tolerance = 10},
      {.name = "layer_norm/no_rows",
       .autocast = Cast::full,
       .call = [](const auto& x) { return layer_norm(x[0], 1, x[1], x[2]); },
       .reference = [](const Arrays& x) { return reference_layer_norm(x); },
       .inputs = {normal({0, 5}), optional(normal({5})), optional(normal({5}))}},
      {.name = "batch_norm",
       .autocast = Cast::first,
       .call = [](const auto& x) { return batch_norm(x[0], x[1], x[2], {}, {}, {.training = true}); },
       .reference = [](const Arrays& x) { return reference_batch_norm(x); },
       .inputs = {normal({3, 2, 3, 4}), optional(normal({2})), optional(normal({2}))},
       .tolerance = 10,
       .misuses = {{{normal({3, 2, 3, 4}), normal({3}), normal({2})}, "batch_norm: expected a weight [2], got [3]"}}},
      {.name = "batch_norm/features_no_weight",
       .autocast = Cast::first,
       .call = [](const auto& x) { return batch_norm(x[0], {}, {}, {}, {}, {.training = true, .eps = 0.1}); },
       .reference = [](const Arrays& x) { return reference_batch_norm(x, 0.1); },
       .inputs = {normal({6, 3})},
       .tolerance = 10},
      {.name = "batch_norm/evaluation",
       .autocast = Cast::first,
       .call =
           [](const auto& x) {
             const Device device = x[0].device();
             return batch_norm(x[0], x[1], x[2], array({0.5, -1.0, 0.0}).to(device), array({2.0, 0.5, 1.0}).to(device));
           },
       .reference =
           [](const Arrays& x) {
             const Array mean = reshape(array({0.5, -1.0, 0.0}), {3, 1, 1}), var = array({2.0, 0.5, 1.0});
             const Array scale = map(var, [](double v) { return 1 / std::sqrt(v + 1e-5); });
             const auto mul = [](double a, double b) { return a * b; };
             const Array centred = map(x[0], mean, [](double a, double b) { return a - b; });
             const Array factor = reshape(map(x[1], scale, mul), {3, 1, 1});
             return map(map(centred, factor, mul), reshape(x[2], {3, 1, 1}), [](double a, double b) { return a + b; });
           },
       .inputs = {normal({2, 3, 2, 3}), optional(normal({3})), optional(normal({3}))},
       .tolerance = 10},
  };
}

}  // namespace tenon::testing
