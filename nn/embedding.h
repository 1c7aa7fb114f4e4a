#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct EmbeddingOptions {
  Required<Size> entries, features;

  using O = EmbeddingOptions;
  using fields = Fields<&O::entries, &O::features>;
};

/// A table of vectors looked up by index: int64 [...] -> [..., features]. Parameter: weight [entries, features], drawn
/// from N(0, 1). Throws IndexError for an index outside the table.
class Embedding : public Layer {
 public:
  using Options = EmbeddingOptions;
  explicit Embedding(EmbeddingOptions options);
  Embedding(int64_t entries, int64_t features)
      : Embedding(EmbeddingOptions{.entries = entries, .features = features}) {}
  Tensor forward(const Tensor& indices) override;
  std::string description() const override;

 private:
  EmbeddingOptions options_;

 public:
  Parameter weight;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
