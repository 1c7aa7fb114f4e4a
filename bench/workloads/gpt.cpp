#include <memory>

#include "workloads.h"
#include <tenon/autograd/autocast.h>
#include <tenon/nn/nn.h>
#include <tenon/optim/optim.h>

namespace {

using namespace tenon;

// 8 texts of 128 tokens a step; in bfloat16 products are computed so, weights stay as they are.
bench::Run gpt(DType precision) {
  auto model = std::make_shared<nn::GPT>(nn::GPTOptions{.vocabulary = 1000});
  auto optimizer = std::make_shared<optim::AdamW>(model->parameters(), optim::AdamWOptions{.lr = 1e-5});
  const Array tokens = randint(0, 1000, {8, 128}), next = randint(0, 1000, {8, 128});
  return bench::train(
      [=] {
        const auto forward = [&] { return cross_entropy((*model)(tokens).flatten(0, 1), Tensor(next).flatten(0, 1)); };
        const auto in_precision = [&] {
          const Autocast scope(precision);
          return forward();
        };
        const Tensor loss = precision == float32 ? forward() : in_precision();
        loss.backward();
        optimizer->step();
        optimizer->zero_grad();
        return loss.array();
      },
      [](const Array& loss) { return loss.item<double>(); });
}

}  // namespace

std::vector<bench::Workload> language() {
  return {
      {"gpt_adamw", [] { return gpt(float32); }},
      {"gpt_adamw_bf16", [] { return gpt(bfloat16); }},
  };
}
