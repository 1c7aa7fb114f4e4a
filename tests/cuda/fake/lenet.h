// A small network of everything that trainings are made of, and a step of its training.
#pragma once
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"

namespace tenon::testing {

struct LeNet : nn::Layer {
  nn::Conv2d first = part("first", nn::Conv2d({.in = 1, .out = 6, .kernel = 5, .padding = 2}));
  nn::BatchNorm2d norm = part("norm", nn::BatchNorm2d({.channels = 6}));
  nn::Conv2d second = part("second", nn::Conv2d({.in = 6, .out = 16, .kernel = 5}));
  nn::Linear hidden = part("hidden", nn::Linear(16 * 5 * 5, 84));
  nn::Linear head = part("head", nn::Linear(84, 10));

  Tensor forward(const Tensor& x) override {
    const Tensor y = max_pool2d(relu(norm(first(x))), 2);
    return head(relu(hidden(flatten(max_pool2d(relu(second(y)), 2), 1))));
  }
};

/// The loss, before the update.
inline Tensor step(LeNet& net, optim::Optimizer& optimizer, const Array& images, const Array& labels) {
  const Device device = net.head.weight.device();
  optimizer.zero_grad();
  const Tensor loss = cross_entropy(net(Tensor(images.to(device))), Tensor(labels.to(device)));
  loss.backward();
  optimizer.step();
  return loss;
}

}  // namespace tenon::testing
