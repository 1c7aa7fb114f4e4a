#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "tenon/core/options.h"
#include "tenon/core/random.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct GenerateOptions {
  Count length = 500;      ///< how many tokens
  double temperature = 1;  ///< scores are divided by it: below 1 likely tokens become likelier; 0 takes the likeliest
  Count top_k = 0;         ///< draws from the so many likeliest only; 0: from all
  Count context = 0;       ///< shows the model at most so many of the last tokens; 0: all

  using O = GenerateOptions;
  using fields = Fields<&O::length, &O::temperature, &O::top_k, &O::context>;
  /// Throws ValueError unless the temperature is a number of at least 0.
  void check() const;
};

/// Continues a text, token by token: each is drawn from what the model, int64 [1, T] -> scores [1, T, vocabulary],
/// expects behind those before it, is handed to `each` at once, and belongs to what it sees from then on. The first of
/// `tokens` is what the text begins with. The model computes in the mode in which it is (`eval()` first), on `device`,
/// without gradients. Draws one number a token from the generator, none at temperature 0. Returns the tokens behind
/// those that were given. Throws ValueError for a text of no token, and what the model throws.
std::vector<int64_t> generate(Layer& model, std::vector<int64_t> tokens, const GenerateOptions& options = {},
                              const std::function<void(int64_t)>& each = {}, Generator& generator = default_generator(),
                              Device device = cpu);

}  // namespace nn
}  // namespace v0
}  // namespace tenon
