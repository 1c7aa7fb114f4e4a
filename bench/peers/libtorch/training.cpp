#include "step.h"
#include "workloads.h"

namespace {

using torch::Tensor;
namespace nn = torch::nn;

nn::ReLU relu() { return nn::ReLU(nn::ReLUOptions(/*inplace=*/true)); }

bench::Run linreg() {
  nn::Linear model(3, 1);
  const Tensor x = torch::rand({100, 3}), y = x.sum(1, true);
  return step([=]() mutable { return torch::mse_loss(model(x), y); }, model->parameters(), sgd);
}

bench::Run mlp(int64_t batch, const Make& make, torch::Dtype precision = torch::kFloat) {
  nn::Sequential model(nn::Linear(784, 512), relu(), nn::Linear(512, 256), relu(), nn::Linear(256, 10));
  const Tensor x = torch::rand({batch, 784}), y = torch::randint(10, {batch});
  const auto loss = [=]() mutable { return torch::cross_entropy_loss(model->forward(x), y); };
  return step(loss, model->parameters(), make, precision);
}

// In channels-last the flattened features stand in another order, which costs nothing; a copy would.
bench::Run lenet(torch::MemoryFormat layout, torch::Dtype precision) {
  nn::Sequential features(nn::Conv2d(1, 32, 3), relu(), nn::Conv2d(32, 64, 3), relu(), nn::MaxPool2d(2));
  nn::Sequential head(nn::Linear(64 * 12 * 12, 128), relu(), nn::Linear(128, 10));
  const bool channels_last = layout == torch::MemoryFormat::ChannelsLast;
  bring_to(layout, features->parameters());
  const Tensor x = torch::rand({64, 1, 28, 28}).contiguous(layout), y = torch::randint(10, {64});
  std::vector<Tensor> parameters = features->parameters();
  for (const Tensor& p : head->parameters()) parameters.push_back(p);
  const auto loss = [=]() mutable {
    const Tensor maps = features->forward(x);
    return torch::cross_entropy_loss(head->forward((channels_last ? maps.permute({0, 2, 3, 1}) : maps).flatten(1)), y);
  };
  return step(loss, parameters, adam, precision);
}

// Tokens of a character model, time-major, as nn::LSTM likes them.
bench::Run lstm() {
  nn::Embedding table(64, 256);
  nn::LSTM cells(256, 256);
  nn::Linear head(256, 64);
  const Tensor tokens = torch::randint(64, {64, 32}), targets = torch::randint(64, {64 * 32});
  std::vector<Tensor> parameters = table->parameters();
  for (const Tensor& p : cells->parameters()) parameters.push_back(p);
  for (const Tensor& p : head->parameters()) parameters.push_back(p);
  const auto loss = [=]() mutable {
    const Tensor h = std::get<0>(cells(table(tokens)));
    return torch::cross_entropy_loss(head(h.view({-1, 256})), targets);
  };
  return step(loss, parameters, adam);
}

// The optimizer alone, over so many parameters in 8 tensors.
bench::Run adam_alone(int64_t n) {
  std::vector<Tensor> parameters, gradients;
  for (int i = 0; i < 8; ++i) {
    parameters.push_back(torch::rand({n / 8}).requires_grad_());
    gradients.push_back(torch::rand({n / 8}) - 0.5);
  }
  return bench::repeat([=, optimizer = adam(parameters)]() mutable {
    for (size_t i = 0; i < 8; ++i) parameters[i].mutable_grad() = gradients[i];
    optimizer->step();
  });
}

}  // namespace

std::vector<bench::Workload> training() {
  std::vector<bench::Workload> list{
      {"linreg", linreg},
      {"mlp_64_sgd", [] { return mlp(64, sgd_momentum); }},
      {"mlp_64_adam", [] { return mlp(64, adam); }},
      {"mlp_512_sgd", [] { return mlp(512, sgd_momentum); }},
      {"mlp_512_adam", [] { return mlp(512, adam); }},
      {"mlp_512_adam_bf16", [] { return mlp(512, adam, torch::kBFloat16); }},
      {"lstm_adam", lstm},
      {"adam_500k", [] { return adam_alone(500'000); }},
      {"adam_50m", [] { return adam_alone(50'000'000); }},
  };
  both_layouts(list, "lenet_64_adam", [](auto layout) { return lenet(layout, torch::kFloat); });
  both_layouts(list, "lenet_64_adam_bf16", [](auto layout) { return lenet(layout, torch::kBFloat16); });
  return list;
}
