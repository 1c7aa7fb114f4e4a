// From a picture to a class: the image pipeline of Tenon, step by step.
#include <cassert>
#include <cstdio>

#include <tenon/tenon.h>

using namespace tenon;

struct Net : nn::Layer {
  nn::Conv2d conv = part("conv", nn::Conv2d({.in = 3, .out = 8, .kernel = 3}));
  nn::AdaptiveAvgPool2d pool = part("pool", nn::AdaptiveAvgPool2d(4));
  nn::Linear head = part("head", nn::Linear(8 * 4 * 4, 10));
  Tensor forward(const Tensor& x) override { return head(flatten(pool(relu(conv(x))), 1)); }
};

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "picture.png";
  if (argc <= 1) data::write_image(path, (rand({48, 64, 3}) * 255).to(uint8));

  Array image = data::read_image(path);    // uint8 [H, W, 3], RGB
  Array bgr = data::swap_channels(image);  // what OpenCV calls an image
  image = data::swap_channels(bgr);        // and back
  image = data::resize(image, {.size = {32, 32}});
  Array scaled = image.to(float32) / 255.f;  // float32, 0 to 1
  Array chw = scaled.permute({2, 0, 1});     // [3, H, W]: a view

  Tensor x = chw;  // the same memory: nothing is copied
  assert(x.array().data() == chw.data() && chw.data() == scaled.data());
  if (x.array().data() != scaled.data()) return 1;

  const Device where = device_count("cuda") > 0 ? cuda() : cpu;
  Net model;
  model.to(where);
  model.eval();

  NoGrad no_grad;
  Tensor p = softmax(model(x.unsqueeze(0).to(where)), 1);  // one upload
  Array probabilities = p.cpu().array();                   // and one download
  auto probability = probabilities.view<const float, 2>();
  const auto best = argmax(probabilities, 1).item<int64_t>();
  std::printf("class %d of %d, probability %.3f\n", static_cast<int>(best), static_cast<int>(probability.size(1)),
              static_cast<double>(probability(0, best)));
}
