// A training step, in float32 or under Autocast.
#pragma once
#include <memory>
#include <optional>

#include <tenon/autograd/autocast.h>
#include <tenon/nn/nn.h>
#include <tenon/optim/optim.h>

#include "tenon/bench/frame.h"

using Make = std::function<std::shared_ptr<tenon::optim::Optimizer>(const std::vector<tenon::Tensor>&)>;

/// An optimizer of these options over what it is given.
template <class Optimizer, class Options>
Make made_with(const Options& options) {
  return [options](const std::vector<tenon::Tensor>& p) { return std::make_shared<Optimizer>(p, options); };
}
// The rates are those of the peer's side, and small for the same reason.
const Make sgd = made_with<tenon::optim::SGD>(tenon::optim::SGDOptions{.lr = 1e-3});
const Make sgd_momentum = made_with<tenon::optim::SGD>(tenon::optim::SGDOptions{.lr = 1e-5, .momentum = 0.9});
const Make adam = made_with<tenon::optim::Adam>(tenon::optim::AdamOptions{.lr = 1e-6});
const Make adamw = made_with<tenon::optim::AdamW>(tenon::optim::AdamWOptions{.lr = 1e-6});

/// Steps of a model on one batch; `loss_of` takes what the model gives and y.
template <class Model, class Loss>
bench::Run step(std::shared_ptr<Model> model, tenon::Array x, tenon::Array y, Loss loss_of, const Make& make,
                tenon::DType precision = tenon::float32) {
  return bench::train(
      [=, optimizer = make(model->parameters())] {
        tenon::Tensor loss;
        {
          std::optional<tenon::Autocast> scope;
          if (precision != tenon::float32) scope.emplace(precision);
          loss = loss_of((*model)(x), y);
        }
        loss.backward();
        optimizer->step();
        optimizer->zero_grad();
        return loss.array();
      },
      [](const tenon::Array& loss) { return loss.item<double>(); });
}

const auto entropy = [](const tenon::Tensor& y, const tenon::Tensor& target) { return cross_entropy(y, target); };
