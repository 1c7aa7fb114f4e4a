#include "tenon/nn/models/resnet.h"

#include <algorithm>
#include <cmath>

#include "tenon/autograd/ops/activation.h"
#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/core/check.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

namespace {

/// A square convolution that keeps the size but for its stride, drawn from N(0, 2 / fan_out).
Conv2d convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  Conv2d conv({.in = in, .out = out, .kernel = kernel, .stride = stride, .padding = kernel / 2, .bias = false});
  init::normal_(conv.weight, 0, std::sqrt(2 / static_cast<double>(out * kernel * kernel)));
  return conv;
}

Optional<Sequential> shortcut(const ResNetBlockOptions& o) {
  if (o.stride == 1 && o.in.value == o.out.value) return {};
  return Optional<Sequential>(Sequential(convolution(o.in, o.out, 1, o.stride), BatchNorm2d(o.out)));
}

}  // namespace

ResNetBlock::ResNetBlock(const ResNetBlockOptions& o)
    : conv1(part("conv1", convolution(o.in, o.out, 3, o.stride))),
      bn1(part("bn1", BatchNorm2d(o.out))),
      conv2(part("conv2", convolution(o.out, o.out, 3, 1))),
      bn2(part("bn2", BatchNorm2d(o.out))),
      downsample(part("downsample", shortcut(o))) {}

Tensor ResNetBlock::forward(const Tensor& x) {
  const Tensor y = bn2(conv2(relu(bn1(conv1(x)))));
  return relu(y + (downsample ? downsample(x) : x));
}

void ResNetOptions::check() const {
  TENON_CHECK(blocks.size() == 4 && *std::min_element(blocks.begin(), blocks.end()) > 0, ValueError,
              "blocks must be four positive numbers, got ", list_text(blocks));
}

ResNet::ResNet(ResNetOptions options)
    : options_(checked("ResNet", options)),
      conv1(part("conv1",
                 convolution(options.in, options.width, options.small_images ? 3 : 7, options.small_images ? 1 : 2))),
      bn1(part("bn1", BatchNorm2d(options.width))),
      maxpool(part("maxpool", options.small_images
                                  ? Optional<MaxPool2d>()
                                  : Optional<MaxPool2d>(MaxPool2d({.kernel = 3, .stride = 2, .padding = 1})))),
      layer1(part("layer1", stage(0))),
      layer2(part("layer2", stage(1))),
      layer3(part("layer3", stage(2))),
      layer4(part("layer4", stage(3))),
      avgpool(part("avgpool", AdaptiveAvgPool2d(1))),
      fc(part("fc", Linear(options.width * 8, options.classes))) {}

Sequential ResNet::stage(int i) const {
  const int64_t out = options_.width << i;
  Sequential blocks;
  for (int64_t k = 0; k < options_.blocks[static_cast<size_t>(i)]; ++k) {
    const bool first = k == 0 && i > 0;
    blocks.push(ResNetBlock({.in = first ? out / 2 : out, .out = out, .stride = first ? 2 : 1}));
  }
  return blocks;
}

Tensor ResNet::forward(const Tensor& x) {
  Tensor y = relu(bn1(conv1(x)));
  if (maxpool) y = maxpool(y);
  y = layer4(layer3(layer2(layer1(y))));
  return fc(flatten(avgpool(y), 1));
}

std::string ResNet::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
