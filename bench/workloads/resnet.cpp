#include "workloads.h"
#include <tenon/autograd/autocast.h>
#include <tenon/nn/models/resnet.h>
#include <tenon/nn/nn.h>
#include <tenon/optim/optim.h>

namespace {

using namespace tenon;

/// ResNet-18 in its form for CIFAR: batch 32 of 3 x 32 x 32, 10 classes, SGD with momentum.
bench::Run resnet18(DType precision) {
  auto model = std::make_shared<nn::ResNet>(nn::ResNetOptions{.classes = 10, .small_images = true});
  // The rate is that of the peer's side, and small for the same reason.
  auto optimizer = std::make_shared<optim::SGD>(model->parameters(), optim::SGDOptions{.lr = 1e-5, .momentum = 0.9});
  const Array x = rand({32, 3, 32, 32}), y = randint(0, 10, {32});
  return bench::train(
      [=] {
        Tensor loss;
        {
          const Autocast scope(precision);
          loss = cross_entropy((*model)(x), y);
        }
        loss.backward();
        optimizer->step();
        optimizer->zero_grad();
        return loss.array();
      },
      [](const Array& loss) { return loss.item<double>(); });
}

}  // namespace

std::vector<bench::Workload> resnet() {
  return {
      {"resnet18_sgd", [] { return resnet18(float32); }},
      {"resnet18_sgd_bf16", [] { return resnet18(bfloat16); }},
  };
}
