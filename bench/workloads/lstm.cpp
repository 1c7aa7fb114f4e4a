// A character model: an embedding, an LSTM, a linear layer on every step.
#include "step.h"
#include "workloads.h"

namespace {

using namespace tenon;

constexpr int64_t characters = 64, width = 256, steps = 64, sequences = 32;

struct CharacterModel : nn::Layer {
  nn::Embedding embedding = part("embedding", nn::Embedding(characters, width));
  nn::LSTM lstm = part("lstm", nn::LSTM({.in = width, .hidden = width}));
  nn::Linear head = part("head", nn::Linear(width, characters));

  /// [steps, sequences] characters -> [steps * sequences, characters] logits
  Tensor forward(const Tensor& text) override { return head(flatten(lstm(embedding(text)), 0, 1)); }
};

}  // namespace

std::vector<bench::Workload> recurrent() {
  return {{"lstm_adam", [] {
             auto model = std::make_shared<CharacterModel>();
             const Array text = randint(0, characters, {steps, sequences});
             return step(model, text, randint(0, characters, {steps * sequences}), entropy, adam);
           }}};
}
