// The optimizers are the fused kernels that PyTorch's `fused=True` calls: one call over all parameters. The classes of
// torch::optim run several ops a parameter and are slower. Gradients are let go after a step (`set_to_none`).
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include <torch/torch.h>

class Optimizer {
 public:
  explicit Optimizer(std::vector<torch::Tensor> parameters) : parameters_(std::move(parameters)) {}
  virtual ~Optimizer() = default;

  void step() {
    gradients_.clear();
    for (const torch::Tensor& p : parameters_) gradients_.push_back(p.grad());
    torch::NoGradGuard no_grad;
    update(parameters_, gradients_);
    for (torch::Tensor& p : parameters_) p.mutable_grad().reset();
  }

 protected:
  virtual void update(at::TensorList parameters, at::TensorList gradients) = 0;

  std::vector<torch::Tensor> zeros() const {
    std::vector<torch::Tensor> list;
    for (const torch::Tensor& p : parameters_) list.push_back(torch::zeros_like(p));
    return list;
  }

 private:
  std::vector<torch::Tensor> parameters_, gradients_;
};

class Sgd : public Optimizer {
 public:
  Sgd(std::vector<torch::Tensor> parameters, double rate, double momentum)
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
  std::vector<torch::Tensor> buffers_;
};

class Adam : public Optimizer {
 public:
  Adam(std::vector<torch::Tensor> parameters, double rate_now, double decay_now = 0)
      : Optimizer(parameters), rate(rate_now), decay_(decay_now), means_(zeros()), squares_(zeros()) {
    for (size_t i = 0; i < parameters.size(); ++i) steps_.push_back(torch::zeros({}));
  }

  double rate;

 protected:
  void update(at::TensorList parameters, at::TensorList gradients) override {
    at::_foreach_add_(steps_, 1);
    const auto kernel = decay_ == 0 ? static_cast<Kernel*>(at::_fused_adam_) : static_cast<Kernel*>(at::_fused_adamw_);
    kernel(parameters, gradients, means_, squares_, {}, steps_, rate, 0.9, 0.999, decay_, 1e-8, false, false, {}, {});
  }

 private:
  using Kernel = void(at::TensorList, at::TensorList, at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                      double, double, double, double, double, bool, bool, const std::optional<at::Tensor>&,
                      const std::optional<at::Tensor>&);

  double decay_;
  std::vector<torch::Tensor> means_, squares_, steps_;
};

using Make = std::function<std::shared_ptr<Optimizer>(std::vector<torch::Tensor>)>;
// The rates are small: a net that has learned its one batch by heart has denormal gradients, and these are slow.
const Make sgd = [](auto p) { return std::make_shared<Sgd>(p, 1e-3, 0); };
const Make sgd_momentum = [](auto p) { return std::make_shared<Sgd>(p, 1e-5, 0.9); };
const Make adam = [](auto p) { return std::make_shared<Adam>(p, 1e-6); };
const Make adamw = [](auto p) { return std::make_shared<Adam>(p, 1e-6, 0.01); };
