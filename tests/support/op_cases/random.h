#pragma once
#include "tenon/autograd/ops/random.h"
#include "tenon/core/math/philox.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// The word that dropout draws for element i in C order: blocks of four words.
inline uint32_t word_of(const RandomKey& key, int64_t i) {
  uint32_t words[4] = {static_cast<uint32_t>(key.offset + static_cast<uint64_t>(i / 4))};
  math::philox(words[0], words[1], words[2], words[3], key.seed);
  return words[i % 4];
}

inline std::vector<OpCase> random_cases() {
  return {
      {.name = "dropout",
       .call =
           [](const auto& x) {
             return dropout(x[0], 0.4, RandomKey{5, 2});
           },
       .reference =
           [](const Arrays& x) {
             Array out = empty(x[0].shape(), float64);
             Position p(x[0].shape());
             for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
               const bool dropped = word_of({5, 2}, i) < static_cast<uint32_t>(0.4 * 0x1p32);
               static_cast<double*>(out.data())[i] = dropped ? 0 : at(x[0], p, x[0].ndim()) / 0.6;
             }
             return out;
           },
       .inputs = {normal({3, 5})},
       .misuses = {{{normal({3})},
                    "dropout: p must lie in [0, 1], got 1.5",
                    [](const auto& x) {
                      return dropout(x[0], 1.5, RandomKey{5, 2});
                    }}}},
  };
}

}  // namespace tenon::testing
