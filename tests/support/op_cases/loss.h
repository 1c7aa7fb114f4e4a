#pragma once
#include <cmath>

#include "tenon/autograd/ops/loss.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline Array reference_sum(const Array& x) {
  double total = 0;
  for (double v : values(x)) total += v;
  return from_values({}, {total});
}
inline Array reference_mean(const Array& x) {
  return map(reference_sum(x), [&](double total) { return total / static_cast<double>(x.numel()); });
}

/// One loss a sample from logits [n, classes, ...]; share(position of the sample, class) is the target's.
template <class Share>
Array reference_cross_entropy(const Array& logits, Share share) {
  Shape shape = logits.shape();
  const int64_t classes = shape[1];
  shape.erase(1);
  std::vector<double> losses;
  Position p(shape);
  for (int64_t k = 0; k < shape.numel(); ++k, p.next()) {
    const auto logit = [&](int64_t c) {
      int64_t offset = p[0] * logits.strides()[0] + c * logits.strides()[1];
      for (int i = 1; i < shape.ndim(); ++i) offset += p[i] * logits.strides()[i + 1];
      return static_cast<const double*>(logits.data())[offset];
    };
    double sum = 0, loss = 0;
    for (int64_t c = 0; c < classes; ++c) sum += std::exp(logit(c));
    for (int64_t c = 0; c < classes; ++c) loss -= share(p, c) * (logit(c) - std::log(sum));
    losses.push_back(loss);
  }
  return from_values(shape, losses);
}

/// Classes as targets: [n, ...].
inline Array reference_class_entropy(const Arrays& x, double smoothing = 0, int64_t ignored = -100) {
  const double spread = smoothing / static_cast<double>(x[0].size(1));
  return reference_cross_entropy(x[0], [&](const Position& p, int64_t c) {
    const int64_t wanted = static_cast<int64_t>(at(x[1], p, x[1].ndim()));
    return wanted == ignored ? 0 : (wanted == c ? 1 - smoothing : 0) + spread;
  });
}

/// The mean over the samples that are not of the class `ignored`.
inline Array reference_mean_without(const Array& losses, const Array& target, int64_t ignored) {
  double count = 0;
  for (double t : values(target)) count += t != static_cast<double>(ignored);
  return map(reference_sum(losses), [&](double total) { return total / count; });
}

inline std::vector<OpCase> loss_cases() {
  return {
      {.name = "mse_loss",
       .autocast = Cast::full,
       .call = [](const auto& x) { return mse_loss(x[0], x[1]); },
       .reference =
           [](const Arrays& x) {
             return reference_mean(map(x[0], x[1], [](double a, double b) { return (a - b) * (a - b); }));
           },
       .inputs = {normal({3, 4}), normal({3, 4})}},
      {.name = "mse_loss/none",
       .autocast = Cast::full,
       .call = [](const auto& x) { return mse_loss(x[0], x[1], {.reduction = Reduction::none}); },
       .reference =
           [](const Arrays& x) { return map(x[0], x[1], [](double a, double b) { return (a - b) * (a - b); }); },
       .inputs = {normal({3, 4}), normal({3, 4})}},
      {.name = "l1_loss",
       .autocast = Cast::full,
       .call = [](const auto& x) { return l1_loss(x[0], x[1]); },
       .reference =
           [](const Arrays& x) {
             return reference_mean(map(x[0], x[1], [](double a, double b) { return std::abs(a - b); }));
           },
       .inputs = {normal({3, 4}), normal({3, 4})}},
      {.name = "l1_loss/sum",
       .autocast = Cast::full,
       .call = [](const auto& x) { return l1_loss(x[0], x[1], {.reduction = Reduction::sum}) * 1; },
       .reference =
           [](const Arrays& x) {
             return reference_sum(map(x[0], x[1], [](double a, double b) { return std::abs(a - b); }));
           },
       .inputs = {normal({3, 4}), normal({3, 4})}},
      {.name = "bce_with_logits",
       .autocast = Cast::full,
       .call = [](const auto& x) { return bce_with_logits(x[0], x[1]); },
       .reference =
           [](const Arrays& x) {
             return reference_mean(map(x[0], x[1], [](double v, double t) { return std::log1p(std::exp(v)) - t * v; }));
           },
       .inputs = {normal({3, 4}), uniform(0, 1, {3, 4})}},
      {.name = "cross_entropy",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cross_entropy(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_mean(reference_class_entropy(x)); },
       .inputs = {normal({5, 4}), index(4, {5})},
       .tolerance = 2,
       .misuses =
           {{{normal({5, 4}), index(4, {3})}, "cross_entropy: expected a target [5], got [3] (input [5, 4])"},
            {{normal({5, 4}), index(1000, {5})}, "cross_entropy: index 107 is out of range for axis 1 of size 4"},
            {{normal({5, 4}), mask({5})},
             "cross_entropy: expected a target of integers (classes) or floating numbers (probabilities), got bool"}}},
      {.name = "cross_entropy/smoothing_ignored",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cross_entropy(x[0], x[1], {.label_smoothing = 0.2, .ignore_index = 1}); },
       .reference = [](const Arrays& x) { return reference_mean_without(reference_class_entropy(x, 0.2, 1), x[1], 1); },
       .inputs = {normal({9, 3}), index(3, {9})},
       .tolerance = 2},
      {.name = "cross_entropy/pixels_none",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cross_entropy(x[0], x[1], {.reduction = Reduction::none}); },
       .reference = [](const Arrays& x) { return reference_class_entropy(x); },
       .inputs = {normal({2, 3, 2, 2}), index(3, {2, 2, 2})},
       .tolerance = 2},
      {.name = "cross_entropy/probabilities",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cross_entropy(x[0], x[1], {.label_smoothing = 0.1}); },
       .reference =
           [](const Arrays& x) {
             const auto t = x[1].view<const double, 2>();
             return reference_mean(reference_cross_entropy(
                 x[0], [&](const Position& p, int64_t c) { return 0.9 * t(p[0], c) + 0.1 / 4; }));
           },
       .inputs = {normal({3, 4}), uniform(0, 1, {3, 4})},
       .tolerance = 2},
      {.name = "cross_entropy/probabilities_sum",
       .autocast = Cast::full,
       .call = [](const auto& x) { return cross_entropy(x[0], x[1], {.reduction = Reduction::sum}); },
       .reference =
           [](const Arrays& x) {
             const auto t = x[1].view<const double, 3>();
             return reference_sum(
                 reference_cross_entropy(x[0], [&](const Position& p, int64_t c) { return t(p[0], c, p[1]); }));
           },
       .inputs = {normal({2, 3, 2}), uniform(0, 1, {2, 3, 2})},
       .tolerance = 2},
      {.name = "nll_loss",
       .autocast = Cast::full,
       .call = [](const auto& x) { return nll_loss(x[0], x[1], {.ignore_index = 0}); },
       .reference =
           [](const Arrays& x) {
             Array losses = zeros({7}, float64);
             const auto view = losses.view<double, 1>();
             for (int64_t i = 0; i < 7; ++i) {
               const auto wanted = static_cast<int64_t>(values(x[1]).at(size_t(i)));
               if (wanted != 0) view[i] = -values(x[0]).at(size_t(i * 4 + wanted));
             }
             return reference_mean_without(losses, x[1], 0);
           },
       .inputs = {normal({7, 4}), index(4, {7})},
       .misuses = {{{normal({7, 4}), normal({7, 4})}, "nll_loss: expected a target of integers, got float32"}}},
      {.name = "nll_loss/none",
       .autocast = Cast::full,
       .call = [](const auto& x) { return nll_loss(x[0], x[1], {.reduction = Reduction::none}); },
       .reference =
           [](const Arrays& x) {
             std::vector<double> losses;
             for (size_t i = 0; i < 6; ++i) losses.push_back(-values(x[0]).at(i * 3 + size_t(values(x[1]).at(i))));
             return from_values({6}, losses);
           },
       .inputs = {normal({6, 3}), index(3, {6})}},
  };
}

}  // namespace tenon::testing
