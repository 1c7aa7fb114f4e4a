#include "step.h"
#include "workloads.h"

namespace {

using namespace tenon;

/// ResNet-18 in its form for CIFAR: batch 32 of 3 x 32 x 32, 10 classes, SGD with momentum.
bench::Run resnet18(DType precision) {
  auto model = std::make_shared<nn::ResNet>(nn::ResNetOptions{.classes = 10, .small_images = true});
  const Array x = rand({32, 3, 32, 32}), y = randint(0, 10, {32});
  return step(model, x, y, entropy, sgd_momentum, precision);
}

}  // namespace

std::vector<bench::Workload> resnet() {
  return {
      {"resnet18_sgd", [] { return resnet18(float32); }},
      {"resnet18_sgd_bf16", [] { return resnet18(bfloat16); }},
  };
}
