// A character model: an embedding, an LSTM, a linear layer on every step.
#include "workloads.h"
#include <tenon/nn/nn.h>
#include <tenon/optim/optim.h>

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
             auto optimizer = std::make_shared<optim::Adam>(model->parameters(), optim::AdamOptions{.lr = 1e-6});
             const Array text = randint(0, characters, {steps, sequences});
             const Array next = randint(0, characters, {steps * sequences});
             return bench::train(
                 [=] {
                   const Tensor loss = cross_entropy((*model)(text), next);
                   loss.backward();
                   optimizer->step();
                   optimizer->zero_grad();
                   return loss.array();
                 },
                 [](const Array& loss) { return loss.item<double>(); });
           }}};
}
