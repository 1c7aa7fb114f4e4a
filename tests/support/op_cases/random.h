#pragma once
#include "tenon/autograd/ops/random.h"
#include "tenon/core/math/philox.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

inline std::vector<OpCase> random_cases() {
  return {
      {.name = "dropout",
       .call =
           [](const auto& x) {
             return dropout(x[0], 0.4, RandomKey{5, 2});
           },
       .reference =
           [](const Arrays& x) {
             // Blocks of four words; a word below 0.4 2^32 drops its element.
             Array out = empty(x[0].shape(), float64);
             Position p(x[0].shape());
             uint32_t words[4] = {};
             for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
               if (i % 4 == 0) {
                 for (uint32_t& word : words) word = 0;
                 words[0] = static_cast<uint32_t>(2 + i / 4);
                 math::philox(words[0], words[1], words[2], words[3], 5);
               }
               const bool dropped = words[i % 4] < static_cast<uint32_t>(0.4 * 0x1p32);
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
