#pragma once
#include <vector>

#include "tenon/core/options.h"
#include "tenon/nn/containers.h"
#include "tenon/nn/conv.h"
#include "tenon/nn/linear.h"
#include "tenon/nn/norm.h"
#include "tenon/nn/pool.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct ResNetBlockOptions {
  Required<Size> in, out;  ///< channels
  Size stride = 1;         ///< of the first convolution
};

/// relu(x + two 3 x 3 convolutions with batch norm). [N, in, H, W] -> [N, out, H / stride, W / stride], rounded up.
/// Where the shapes differ, x goes through a 1 x 1 convolution with batch norm: `downsample`.
class ResNetBlock : public Layer {
 public:
  explicit ResNetBlock(const ResNetBlockOptions& options);
  Tensor forward(const Tensor& x) override;

  Conv2d conv1;
  BatchNorm2d bn1;
  Conv2d conv2;
  BatchNorm2d bn2;
  Optional<Sequential> downsample;
};

struct ResNetOptions {
  Size in = 3, classes = 1000;
  std::vector<int64_t> blocks = {2, 2, 2, 2};  ///< of each of the four stages: ResNet-18; {3, 4, 6, 3} is ResNet-34
  Size width = 64;                             ///< channels of the first stage; each later one has twice as many
  bool small_images = false;  ///< the form for CIFAR: a 3 x 3 stem that keeps the size, and no max pooling

  using O = ResNetOptions;
  using fields = Fields<&O::in, &O::classes, &O::blocks, &O::width, &O::small_images>;
  /// Throws ValueError.
  void check() const;
};

/// The residual network of He et al. (2015) with two convolutions a block, under torchvision's names and with its
/// initial values. [N, in, H, W] -> logits [N, classes]. The stem gives [N, width, H / 4, W / 4], with `small_images`
/// [N, width, H, W]; each stage after the first halves height and width; their mean goes through `fc`.
class ResNet : public Layer {
 public:
  using Options = ResNetOptions;
  explicit ResNet(ResNetOptions options = {});
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  Sequential stage(int i) const;
  ResNetOptions options_;

 public:
  Conv2d conv1;
  BatchNorm2d bn1;
  Optional<MaxPool2d> maxpool;
  Sequential layer1, layer2, layer3, layer4;
  AdaptiveAvgPool2d avgpool;
  Linear fc;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
