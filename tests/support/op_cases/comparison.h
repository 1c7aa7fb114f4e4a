#pragma once
#include <cmath>

#include "tenon/autograd/ops/comparison.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Elementwise in three operands; sees plain arrays of one shape as well as broadcast ones.
template <class F>
Array map3(const Array& a, const Array& b, const Array& c, F f) {
  const Shape ab = broadcast_shapes(a.shape(), b.shape(), "reference");
  Array out = empty(broadcast_shapes(ab, c.shape(), "reference"), float64);
  Position p(out.shape());
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
    static_cast<double*>(out.data())[i] = f(at(a, p, out.ndim()), at(b, p, out.ndim()), at(c, p, out.ndim()));
  }
  return out;
}

inline std::vector<OpCase> comparison_cases() {
  return {
      {.name = "eq",
       .call = [](const auto& x) { return x[0] == x[1]; },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a == b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "ne",
       .call = [](const auto& x) { return x[0] != x[1]; },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a != b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "lt",
       .call = [](const auto& x) { return x[0] < x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a < b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "le",
       .call = [](const auto& x) { return x[0] <= x[1]; },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a <= b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "gt",
       .call = [](const auto& x) { return x[0] > x[1]; },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a > b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "ge",
       .call = [](const auto& x) { return x[0] >= x[1]; },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a >= b ? 1. : 0.; }); },
       .inputs = {distinct({3, 5}), distinct({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "gt/scalar",
       .call = [](const auto& x) { return x[0] > 0.25; },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v > 0.25 ? 1. : 0.; }); },
       .inputs = {distinct({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "logical_and",
       .call = [](const auto& x) { return logical_and(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a && b; }); },
       .inputs = {distinct({3, 5}), mask({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "logical_or",
       .call = [](const auto& x) { return logical_or(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a || b; }); },
       .inputs = {normal({3, 5}), mask({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "logical_xor",
       .call = [](const auto& x) { return logical_xor(x[0], x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return !a != !b; }); },
       .inputs = {normal({3, 5}), mask({5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "logical_not",
       .call = [](const auto& x) { return logical_not(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double a) { return !a; }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "isnan",
       .call = [](const auto& x) { return isnan(sqrt(x[0])); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v < 0; }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false,
       .first = "sqrt"},
      {.name = "isinf",
       .call = [](const auto& x) { return isinf(x[0] / (x[0] > 0)); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v < 0; }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false,
       .first = "gt"},
      {.name = "isfinite/not",
       .call = [](const auto& x) { return isfinite(x[0] / (x[0] > 0)); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return v > 0; }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false,
       .first = "gt"},
      {.name = "isfinite",
       .call = [](const auto& x) { return isfinite(x[0]); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::isfinite(v); }); },
       .inputs = {normal({3, 5})},
       .dtypes = all_dtypes,
       .differentiable = false},
      {.name = "where",
       .call = [](const auto& x) { return where(x[0], x[1], x[2]); },
       .reference =
           [](const Arrays& x) {
             return map3(x[0], x[1], x[2], [](double a, double b, double c) { return a != 0 ? b : c; });
           },
       .inputs = {mask({3, 5}), normal({5}), normal({3, 1})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3}), normal({3}), normal({3})}, "where: the condition is float32, not bool"}}},
      {.name = "where/scalar_first",
       .call = [](const auto& x) { return where(x[0], 2., x[1]); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a != 0 ? 2 : b; }); },
       .inputs = {mask({3, 5}), normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "where/scalar_last",
       .call = [](const auto& x) { return where(x[0], x[1], 2.); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return a != 0 ? b : 2; }); },
       .inputs = {mask({3, 5}), normal({3, 5})},
       .dtypes = all_dtypes},
      {.name = "where/empty",
       .call = [](const auto& x) { return where(x[0], x[1], x[2]); },
       .reference =
           [](const Arrays& x) {
             return map3(x[0], x[1], x[2], [](double a, double b, double c) { return a != 0 ? b : c; });
           },
       .inputs = {mask({1}), normal({0, 5}), normal({1, 5})},
       .dtypes = all_dtypes},
      {.name = "masked_fill",
       .call = [](const auto& x) { return masked_fill(x[0], x[1], -3); },
       .reference = [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return b != 0 ? -3 : a; }); },
       .inputs = {normal({3, 5}), mask({5})},
       .dtypes = numeric & ~dtypes(uint8),
       .wraps = dtypes(uint8, bool_)},
      {.name = "clamp",
       .call = [](const auto& x) { return clamp(x[0], -0.45, 0.65); },
       .reference =
           [](const Arrays& x) { return map(x[0], [](double v) { return std::fmin(std::fmax(v, -0.45), 0.65); }); },
       .inputs = {distinct({3, 5})},
       .dtypes = all_dtypes},
      {.name = "clamp/min",
       .call = [](const auto& x) { return clamp(x[0], {.min = -0.45}); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::fmax(v, -0.45); }); },
       .inputs = {distinct({3, 5})},
       .dtypes = all_dtypes},
      {.name = "clamp/max",
       .call = [](const auto& x) { return clamp(x[0], {.max = 0.45}); },
       .reference = [](const Arrays& x) { return map(x[0], [](double v) { return std::fmin(v, 0.45); }); },
       .inputs = {distinct({3, 5})},
       .dtypes = all_dtypes},
      {.name = "clamp/arrays",
       .call = [](const auto& x) { return clamp(x[0], x[1], x[2]); },
       .reference =
           [](const Arrays& x) {
             return map3(x[0], x[1], x[2], [](double a, double b, double c) { return std::fmin(std::fmax(a, b), c); });
           },
       .inputs = {uniform(-3, 3, {3, 5}), uniform(-1.5, -0.5, {5}), uniform(0.5, 1.5, {3, 1})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
