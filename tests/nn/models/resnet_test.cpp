#include "tenon/nn/models/resnet.h"

#include <algorithm>
#include <cmath>

#include "pytorch_resnet.h"

#include "tenon/autograd/autograd.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/expect_error.h"

namespace tenon::testing {

namespace {

/// Element i is sin(0.7 i + k), as in pytorch_resnet.py.
Array wave(const Shape& shape, double k) {
  std::vector<double> elements(static_cast<size_t>(shape.numel()));
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = std::sin(0.7 * static_cast<double>(i) + k);
  return from_values(shape, elements);
}

void expect_close(const Array& x, const std::vector<double>& expected, double tolerance) {
  const std::vector<double> got = values(x);
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], expected[i], tolerance * (1 + std::abs(expected[i]))) << "element " << i;
  }
}

nn::ResNet small(bool small_images, DType dtype) {
  nn::ResNet model(nn::ResNetOptions{.classes = 5, .width = 4, .small_images = small_images});
  model.to(dtype);
  double k = 0;
  for (const Tensor& p : model.parameters()) {
    const double fan_in = static_cast<double>(p.numel() / p.size(0));
    const Array w = wave(p.shape(), k++);
    copy_(p.array(), p.ndim() > 1 ? w * std::sqrt(2 / fan_in) : w / 4.0 + 1.0);
  }
  return model;
}

/// A step in training and an evaluation after it, as in pytorch_resnet.py.
void compare(bool small_images, DType dtype, int64_t size, const std::vector<double>& training,
             const std::vector<double>& gradients, const std::vector<double>& evaluation) {
  const double tolerance = dtype == float64 ? 1e-8 : 1e-4;
  nn::ResNet model = small(small_images, dtype);
  const Array x = wave({2, 3, size, size}, 0).to(dtype);
  const Tensor logits = model(x);
  expect_close(logits.array(), training, tolerance);
  sum(logits * wave({2, 5}, 1).to(dtype)).backward();
  size_t i = 0;
  ASSERT_EQ(model.parameters().size(), gradients.size());
  for (const Tensor& p : model.parameters()) expect_close(sum(abs(p.grad().array())), {gradients[i++]}, tolerance);
  model.eval();
  expect_close(model(x).array(), evaluation, tolerance);
}

}  // namespace

TEST(ResNet, HasTheKeysOfTorchvision) {
  std::vector<std::string> keys, expected = torchvision_resnet18_keys;
  for (const auto& [name, array] : nn::ResNet({.classes = 10, .small_images = true}).state()) {
    std::string shape;
    for (int64_t n : array.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(n);
    keys.push_back(name + " [" + shape + "]");
  }
  std::sort(keys.begin(), keys.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(keys, expected);
}

TEST(ResNet, ComputesWhatPyTorchDoes) {
  for (const DType dtype : {float64, float32}) {
    compare(false, dtype, 64, pytorch_resnet_training, pytorch_resnet_gradients, pytorch_resnet_evaluation);
    compare(true, dtype, 16, pytorch_resnet_small_images_training, pytorch_resnet_small_images_gradients,
            pytorch_resnet_small_images_evaluation);
  }
}

TEST(ResNet, BeginsWithKaimingsVariance) {
  const nn::ResNet model;
  EXPECT_EQ(model.parameter_count(), 11'689'512);
  const Array w = static_cast<const nn::ResNetBlock&>(model.layer4[1]).conv2.weight.array();
  EXPECT_NEAR(mean(w * w).item<double>(), 2.0 / (512 * 9), 0.01 * 2.0 / (512 * 9));
}

TEST(ResNet, SaysWhatItsBlocksMustBe) {
  EXPECT_EQ(nn::ResNet({.blocks = {1, 1, 3, 1}, .width = 2}).layer3.size(), 3u);
  const std::string expected = "ResNet: blocks must be four positive numbers, got ";
  expect_error<ValueError>([] { nn::ResNet({.blocks = {2, 2}}); }, expected + "[2, 2]");
  expect_error<ValueError>([] { nn::ResNet({.blocks = {2, 0, 2, 2}}); }, expected + "[2, 0, 2, 2]");
}

}  // namespace tenon::testing
