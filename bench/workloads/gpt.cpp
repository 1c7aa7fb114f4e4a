#include "step.h"
#include "workloads.h"

namespace {

using namespace tenon;

// 8 texts of 128 tokens a step; in bfloat16 products are computed so, weights stay as they are.
bench::Run gpt(DType precision) {
  const auto of_all_places = [](const Tensor& scores, const Tensor& next) {
    return cross_entropy(scores.flatten(0, 1), next.flatten(0, 1));
  };
  auto model = std::make_shared<nn::GPT>(nn::GPTOptions{.vocabulary = 1000});
  const Array tokens = randint(0, 1000, {8, 128}), next = randint(0, 1000, {8, 128});
  return step(model, tokens, next, of_all_places, adamw, precision);
}

}  // namespace

std::vector<bench::Workload> language() {
  return {
      {"gpt_adamw", [] { return gpt(float32); }},
      {"gpt_adamw_bf16", [] { return gpt(bfloat16); }},
  };
}
