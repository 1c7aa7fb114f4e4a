#include "step.h"
#include "workloads.h"
#include <tenon/core/determinism.h>

namespace {

using namespace tenon;

const auto squares = [](const Tensor& y, const Tensor& target) { return mse_loss(y, target); };

bench::Run linreg() {
  const Array x = rand({100, 3});
  return step(std::make_shared<nn::Linear>(3, 1), x, sum(x, 1, true), squares, sgd);
}

bench::Run mlp(int64_t batch, const Make& make, DType precision = float32) {
  auto model = std::make_shared<nn::Sequential>(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 256), nn::ReLU(),
                                                nn::Linear(256, 10));
  return step(model, rand({batch, 784}), randint(0, 10, {batch}), entropy, make, precision);
}

/// So small that the arithmetic is the lesser part.
bench::Run small_mlp() {
  auto model = std::make_shared<nn::Sequential>(nn::Linear(8, 16), nn::ReLU(), nn::Linear(16, 16), nn::ReLU(),
                                                nn::Linear(16, 4));
  return step(model, rand({4, 8}), randint(0, 4, {4}), entropy, adam);
}

/// An optimizer's step over 12 parameters of 16 numbers.
bench::Run small_adam() {
  std::vector<Tensor> parameters;
  for (int i = 0; i < 12; ++i) {
    parameters.push_back(Tensor(full({4, 4}, 1.0)).requires_grad(true));
    parameters.back().set_grad(full({4, 4}, 1e-3));
  }
  return bench::repeat([optimizer = adam(parameters)] { optimizer->step(); });
}

bench::Run lenet(DType precision = float32) {
  auto model = std::make_shared<nn::Sequential>(
      nn::Conv2d({.in = 1, .out = 32, .kernel = 3}), nn::ReLU(), nn::Conv2d({.in = 32, .out = 64, .kernel = 3}),
      nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(64 * 12 * 12, 128), nn::ReLU(), nn::Linear(128, 10));
  return step(model, rand({64, 1, 28, 28}), randint(0, 10, {64}), entropy, adam, precision);
}

/// The optimizer alone, over so many parameters in 8 tensors.
bench::Run adam_alone(int64_t n) {
  std::vector<Tensor> parameters;
  for (int i = 0; i < 8; ++i) {
    parameters.push_back(Tensor(rand({n / 8})).requires_grad(true));
    parameters.back().set_grad(rand({n / 8}) - 0.5);
  }
  return bench::repeat([optimizer = adam(parameters)] { optimizer->step(); });
}

/// The same with results that do not depend on the number of threads.
bench::Run deterministic(const bench::Run& run) {
  return [run](int64_t n) {
    set_deterministic(true);
    const double loss = run(n);
    set_deterministic(false);
    return loss;
  };
}

}  // namespace

std::vector<bench::Workload> training() {
  return {
      {"linreg", linreg},
      {"mlp_64_sgd", [] { return mlp(64, sgd_momentum); }},
      {"mlp_64_adam", [] { return mlp(64, adam); }},
      {"mlp_512_sgd", [] { return mlp(512, sgd_momentum); }},
      {"mlp_512_adam", [] { return mlp(512, adam); }},
      {"mlp_512_adam_bf16", [] { return mlp(512, adam, bfloat16); }},
      {"lenet_64_adam", [] { return lenet(); }},
      {"lenet_64_adam_bf16", [] { return lenet(bfloat16); }},
      {"adam_500k", [] { return adam_alone(500'000); }},
      {"adam_50m", [] { return adam_alone(50'000'000); }},
      // The peer has none of these: Tenon beside itself.
      {"small_mlp_step", small_mlp},
      {"small_adam_step", small_adam},
      {"mlp_512_adam_deterministic", [] { return deterministic(mlp(512, adam)); }},
      {"lenet_64_adam_deterministic", [] { return deterministic(lenet()); }},
  };
}
