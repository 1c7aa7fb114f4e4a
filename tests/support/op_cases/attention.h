#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "tenon/autograd/ops/attention.h"
#include "tenon/tests/support/op_cases/matmul.h"
#include "tenon/tests/support/op_cases/random.h"

namespace tenon::testing {

struct ReferenceAttention {
  bool causal = false;
  double scale = 0, dropout = 0;  // scale 0: the default
  RandomKey key{};

  /// q, k, v and perhaps a mask.
  Array operator()(const Arrays& x) const {
    const double factor = scale != 0 ? scale : 1 / std::sqrt(std::max(1., static_cast<double>(x[0].size(-1))));
    const Array products = reference_matmul(x[0], transpose(x[1]).contiguous());
    Array scores = empty(products.shape(), float64);
    auto* p = static_cast<double*>(scores.data());
    Position at_score(scores.shape());
    const int rows = scores.ndim() - 2;
    for (int64_t i = 0; i < scores.numel(); ++i, at_score.next()) {
      p[i] = static_cast<const double*>(products.data())[i] * factor;
      bool seen = !causal || at_score[rows + 1] <= at_score[rows];
      if (x.size() > 3 && x[3].dtype() == bool_) seen &= at(x[3], at_score, scores.ndim()) != 0;
      if (x.size() > 3 && x[3].dtype() != bool_) p[i] += at(x[3], at_score, scores.ndim());
      if (!seen) p[i] = -std::numeric_limits<double>::infinity();
    }
    const int64_t n = scores.size(-1);
    for (double* row = p; row < p + scores.numel(); row += n) {
      double sum = 0;
      for (int64_t j = 0; j < n; ++j) sum += std::exp(row[j]);
      for (int64_t j = 0; j < n; ++j) row[j] = sum == 0 ? 0 : std::exp(row[j]) / sum;
    }
    for (int64_t i = 0; dropout > 0 && i < scores.numel(); ++i) {
      const bool dropped = word_of(key, i) < static_cast<uint32_t>(dropout * 0x1p32);
      p[i] = dropped ? 0 : p[i] / (1 - dropout);
    }
    return reference_matmul(scores, x[2]);
  }
};

inline std::vector<OpCase> attention_cases() {
  return {
      {.name = "scaled_dot_product_attention",
       .autocast = Cast::low,
       .call = [](const auto& x) { return scaled_dot_product_attention(x[0], x[1], x[2], x[3]); },
       .reference = [](const Arrays& x) { return ReferenceAttention{}(x); },
       .inputs = {normal({2, 3, 4}), normal({2, 5, 4}), normal({2, 5, 6}), optional(normal({3, 5}))},
       .tolerance = 10,
       .misuses =
           {{{normal({2, 3, 4}), normal({2, 5, 3}), normal({2, 5, 6}), normal({3, 5})},
             "scaled_dot_product_attention: q and k have 4 and 3 features: q is [2, 3, 4], k is [2, 5, 3], v is "
             "[2, 5, 6]"},
            {{normal({2, 3, 4}), normal({2, 5, 4}), normal({2, 4, 6}), normal({3, 5})},
             "scaled_dot_product_attention: k and v have 5 and 4 positions: q is [2, 3, 4], k is [2, 5, 4], v is "
             "[2, 4, 6]"},
            {{normal({4}), normal({5, 4}), normal({5, 6}), normal({3, 5})},
             "scaled_dot_product_attention: expected at least 2 dimensions: q is [4], k is [5, 4], v is [5, 6]"},
            {{normal({2, 3, 4}), normal({2, 5, 4}), normal({2, 5, 6}), normal({2, 2, 3, 5})},
             "scaled_dot_product_attention: the mask [2, 2, 3, 5] does not broadcast to [2, 3, 5]"},
            {{normal({2, 3, 4}), normal({2, 5, 4}), normal({2, 5, 6}), index(2, {3, 5})},
             "scaled_dot_product_attention: expected a mask of bool or floating numbers, got int64"},
            {{normal({2, 3, 4}), normal({2, 5, 4}), normal({2, 5, 6}), normal({3, 5})},
             "scaled_dot_product_attention: dropout must lie in [0, 1], got 1.5",
             [](const auto& x) {
               return scaled_dot_product_attention(x[0], x[1], x[2], x[3], {.dropout = 1.5}, RandomKey{1, 2});
             }}}},
      {.name = "scaled_dot_product_attention/causal",
       .autocast = Cast::low,
       .call = [](const auto& x) { return scaled_dot_product_attention(x[0], x[1], x[2], {}, {.is_causal = true}); },
       .reference = [](const Arrays& x) { return ReferenceAttention{.causal = true}(x); },
       .inputs = {normal({1, 2, 5, 4}), normal({2, 1, 3, 4}), normal({2, 2, 3, 4})},
       .tolerance = 10},
      {.name = "scaled_dot_product_attention/bool_mask_scale",
       .autocast = Cast::low,
       .call = [](const auto& x) { return scaled_dot_product_attention(x[0], x[1], x[2], x[3], {.scale = -0.7}); },
       .reference = [](const Arrays& x) { return ReferenceAttention{.scale = -0.7}(x); },
       .inputs = {normal({3, 4}), normal({5, 4}), normal({5, 2}), optional(mask({3, 5}))},
       .tolerance = 10},
      {.name = "scaled_dot_product_attention/causal_mask_dropout",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             const AttentionOptions options{.dropout = 0.4, .is_causal = true};
             return scaled_dot_product_attention(x[0], x[1], x[2], x[3], options, RandomKey{5, 2});
           },
       .reference =
           [](const Arrays& x) {
             return ReferenceAttention{.causal = true, .dropout = 0.4, .key = {5, 2}}(x);
           },
       .inputs = {normal({2, 4, 3}), normal({2, 5, 3}), normal({2, 5, 3}), optional(normal({2, 1, 5}))},
       .tolerance = 10},
  };
}

}  // namespace tenon::testing
