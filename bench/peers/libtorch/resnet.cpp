#include "step.h"
#include "workloads.h"

namespace {

using torch::Tensor;
namespace nn = torch::nn;

nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return nn::Conv2d(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

struct BlockImpl : nn::Module {
  nn::Conv2d conv1, conv2;
  nn::BatchNorm2d norm1, norm2;
  nn::Sequential shortcut;

  BlockImpl(int64_t in, int64_t out, int64_t stride)
      : conv1(conv(in, out, 3, stride)), conv2(conv(out, out, 3, 1)), norm1(out), norm2(out) {
    register_module("conv1", conv1), register_module("norm1", norm1);
    register_module("conv2", conv2), register_module("norm2", norm2);
    if (stride != 1) shortcut = nn::Sequential(conv(in, out, 1, stride), nn::BatchNorm2d(out));
    register_module("shortcut", shortcut);
  }
  Tensor forward(const Tensor& x) {
    Tensor y = norm1(conv1(x)).relu_();
    y = norm2(conv2(y));
    y += shortcut->is_empty() ? x : shortcut->forward(x);
    return y.relu_();
  }
};
TORCH_MODULE(Block);

// ResNet-18 as He et al. give it for CIFAR's images: a 3 x 3 stem, no pooling before the blocks.
bench::Run resnet18(torch::MemoryFormat layout, torch::Dtype precision) {
  nn::Sequential model(conv(3, 64, 3, 1), nn::BatchNorm2d(64), nn::ReLU(nn::ReLUOptions(true)));
  int64_t in = 64;
  for (const int64_t out : {64, 128, 256, 512}) {
    model->push_back(Block(in, out, out == 64 ? 1 : 2));
    model->push_back(Block(out, out, 1));
    in = out;
  }
  model->push_back(nn::AdaptiveAvgPool2d(1));
  model->push_back(nn::Flatten());
  model->push_back(nn::Linear(512, 10));
  bring_to(layout, model->parameters());
  const Tensor x = torch::rand({32, 3, 32, 32}).contiguous(layout), y = torch::randint(10, {32});
  const auto loss = [=]() mutable { return torch::cross_entropy_loss(model->forward(x), y); };
  return step(loss, model->parameters(), sgd_momentum, precision);
}

}  // namespace

std::vector<bench::Workload> resnet() {
  std::vector<bench::Workload> list;
  both_layouts(list, "resnet18_sgd", [](auto layout) { return resnet18(layout, torch::kFloat); });
  both_layouts(list, "resnet18_sgd_bf16", [](auto layout) { return resnet18(layout, torch::kBFloat16); });
  return list;
}
