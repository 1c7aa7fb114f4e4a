#include "step.h"
#include "workloads.h"

namespace {

using torch::Tensor;
namespace nn = torch::nn;

constexpr int64_t vocabulary = 1000, width = 256, length = 128, batch = 8, heads = 4, blocks = 4;

struct BlockImpl : nn::Module {
  nn::LayerNorm norm1{nn::LayerNormOptions({width})}, norm2{nn::LayerNormOptions({width})};
  nn::Linear qkv{width, 3 * width}, out{width, width}, up{width, 4 * width}, down{4 * width, width};

  BlockImpl() {
    register_module("norm1", norm1), register_module("qkv", qkv), register_module("out", out);
    register_module("norm2", norm2), register_module("up", up), register_module("down", down);
  }
  Tensor forward(const Tensor& x) {
    const auto parts = qkv(norm1(x)).view({batch, length, 3, heads, width / heads}).permute({2, 0, 3, 1, 4}).unbind(0);
    const Tensor mixed = at::scaled_dot_product_attention(parts[0], parts[1], parts[2], {}, 0, /*is_causal=*/true);
    const Tensor y = x + out(mixed.transpose(1, 2).reshape({batch, length, width}));
    return y + down(torch::gelu(up(norm2(y))));
  }
};
TORCH_MODULE(Block);

bench::Run gpt(torch::Dtype precision) {
  nn::Embedding words(vocabulary, width), places(length, width);
  nn::Sequential trunk;
  for (int64_t i = 0; i < blocks; ++i) trunk->push_back(Block());
  trunk->push_back(nn::LayerNorm(nn::LayerNormOptions({width})));
  trunk->push_back(nn::Linear(width, vocabulary));
  std::vector<Tensor> parameters = trunk->parameters();
  for (const auto& table : {words, places}) parameters.push_back(table->weight);
  const Tensor tokens = torch::randint(vocabulary, {batch, length}), at = torch::arange(length);
  const Tensor targets = torch::randint(vocabulary, {batch * length});
  const auto loss = [=]() mutable {
    const Tensor logits = trunk->forward(words(tokens) + places(at));
    return torch::cross_entropy_loss(logits.view({-1, vocabulary}), targets);
  };
  return step(loss, parameters, adamw, precision);
}

}  // namespace

std::vector<bench::Workload> language() {
  return {{"gpt_adamw", [] { return gpt(torch::kFloat); }}, {"gpt_adamw_bf16", [] { return gpt(torch::kBFloat16); }}};
}
