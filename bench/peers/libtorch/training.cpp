#include <chrono>

#include "workloads.h"
#include <torch/torch.h>

namespace {

using torch::Tensor;
namespace nn = torch::nn;

// The optimizers are the fused kernels that PyTorch's `fused=True` calls: one call over all parameters. The classes of
// torch::optim run several ops a parameter and are slower. The rates are small: a net that has learned its one batch
// by heart has denormal gradients, and these are slow.
class Optimizer {
 public:
  explicit Optimizer(std::vector<Tensor> parameters) : parameters_(std::move(parameters)) {}
  virtual ~Optimizer() = default;

  void step() {
    gradients_.clear();
    for (const Tensor& p : parameters_) gradients_.push_back(p.grad());
    torch::NoGradGuard no_grad;
    update(parameters_, gradients_);
    for (Tensor& p : parameters_) p.mutable_grad().reset();
  }

 protected:
  virtual void update(at::TensorList parameters, at::TensorList gradients) = 0;

  std::vector<Tensor> zeros() const {
    std::vector<Tensor> list;
    for (const Tensor& p : parameters_) list.push_back(torch::zeros_like(p));
    return list;
  }

 private:
  std::vector<Tensor> parameters_, gradients_;
};

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<Tensor> parameters, double rate, double momentum)
      : Optimizer(std::move(parameters)), rate_(rate), momentum_(momentum) {
    if (momentum != 0) buffers_ = zeros();
  }

 protected:
  void update(at::TensorList parameters, at::TensorList gradients) override {
    at::_fused_sgd_(parameters, gradients, buffers_, 0, momentum_, rate_, 0, false, false, first_);
    first_ = false;
  }

 private:
  double rate_, momentum_;
  bool first_ = true;
  std::vector<Tensor> buffers_;
};

class Adam : public Optimizer {
 public:
  Adam(std::vector<Tensor> parameters, double rate)
      : Optimizer(parameters), rate_(rate), means_(zeros()), squares_(zeros()) {
    for (size_t i = 0; i < parameters.size(); ++i) steps_.push_back(torch::zeros({}));
  }

 protected:
  void update(at::TensorList parameters, at::TensorList gradients) override {
    at::_foreach_add_(steps_, 1);
    at::_fused_adam_(parameters, gradients, means_, squares_, {}, steps_, rate_, 0.9, 0.999, 0, 1e-8, false, false);
  }

 private:
  double rate_;
  std::vector<Tensor> means_, squares_, steps_;
};

using Make = std::function<std::shared_ptr<Optimizer>(std::vector<Tensor>)>;
const Make sgd = [](auto p) { return std::make_shared<Sgd>(p, 1e-3, 0); };
const Make sgd_momentum = [](auto p) { return std::make_shared<Sgd>(p, 1e-5, 0.9); };
const Make adam = [](auto p) { return std::make_shared<Adam>(p, 1e-6); };

nn::ReLU relu() { return nn::ReLU(nn::ReLUOptions(/*inplace=*/true)); }

template <class Forward>
bench::Run step(Forward loss, std::vector<Tensor> parameters, const Make& make) {
  return bench::train(
      [loss, optimizer = make(std::move(parameters))]() mutable {
        Tensor l = loss();
        l.backward();
        optimizer->step();
        return l.detach();
      },
      [](const Tensor& l) { return l.item<double>(); });
}

bench::Run linreg() {
  nn::Linear model(3, 1);
  const Tensor x = torch::rand({100, 3}), y = x.sum(1, true);
  return step([=]() mutable { return torch::mse_loss(model(x), y); }, model->parameters(), sgd);
}

bench::Run mlp(int64_t batch, const Make& make) {
  nn::Sequential model(nn::Linear(784, 512), relu(), nn::Linear(512, 256), relu(), nn::Linear(256, 10));
  const Tensor x = torch::rand({batch, 784}), y = torch::randint(10, {batch});
  return step([=]() mutable { return torch::cross_entropy_loss(model->forward(x), y); }, model->parameters(), make);
}

// In channels-last the flattened features stand in another order, which costs nothing; a copy would.
bench::Run lenet_in(torch::MemoryFormat layout) {
  nn::Sequential features(nn::Conv2d(1, 32, 3), relu(), nn::Conv2d(32, 64, 3), relu(), nn::MaxPool2d(2));
  nn::Sequential head(nn::Linear(64 * 12 * 12, 128), relu(), nn::Linear(128, 10));
  const bool channels_last = layout == torch::MemoryFormat::ChannelsLast;
  for (Tensor& p : features->parameters()) {
    if (p.dim() == 4) p.set_data(p.contiguous(layout));
  }
  const Tensor x = torch::rand({64, 1, 28, 28}).contiguous(layout), y = torch::randint(10, {64});
  std::vector<Tensor> parameters = features->parameters();
  for (const Tensor& p : head->parameters()) parameters.push_back(p);
  auto loss = [=]() mutable {
    const Tensor maps = features->forward(x);
    return torch::cross_entropy_loss(head->forward((channels_last ? maps.permute({0, 2, 3, 1}) : maps).flatten(1)), y);
  };
  return step(loss, parameters, adam);
}

// The faster of the two layouts on this machine.
bench::Run lenet() {
  bench::Run fastest;
  auto best = std::chrono::steady_clock::duration::max();
  for (const auto layout : {torch::MemoryFormat::Contiguous, torch::MemoryFormat::ChannelsLast}) {
    bench::Run run = lenet_in(layout);
    run(3);
    for (int i = 0; i < 5; ++i) {
      const auto start = std::chrono::steady_clock::now();
      run(1);
      const auto spent = std::chrono::steady_clock::now() - start;
      if (spent < best) best = spent, fastest = run;
    }
  }
  return fastest;
}

}  // namespace

std::vector<bench::Workload> training() {
  return {
      {"linreg", linreg},
      {"mlp_64_sgd", [] { return mlp(64, sgd_momentum); }},
      {"mlp_64_adam", [] { return mlp(64, adam); }},
      {"mlp_512_sgd", [] { return mlp(512, sgd_momentum); }},
      {"mlp_512_adam", [] { return mlp(512, adam); }},
      {"lenet_64_adam", lenet},
  };
}
