#include "tenon/nn/embedding.h"

#include "tenon/autograd/ops/index.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

Embedding::Embedding(EmbeddingOptions options)
    : options_(checked("Embedding", options)),
      weight(part("weight", Parameter(randn({options.entries, options.features})))) {}

Tensor Embedding::forward(const Tensor& indices) { return embedding(indices.array(), weight); }

std::string Embedding::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
