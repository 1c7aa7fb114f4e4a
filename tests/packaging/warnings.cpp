// Uses the templates of the public headers, for a program that is compiled with more warnings than Tenon itself.
#include <tenon/nn/layers.h>
#include <tenon/tenon.h>
#include <tenon/train/train.h>

using namespace tenon;

struct SwishOptions {
  Required<Size> features;
  Pair window = 1;
  std::optional<double> scale = {};
  std::vector<int> sizes = {1, 2};
  uint8_t few = 1;
  Activation activation = Activation::none;

  using O = SwishOptions;
  using fields = Fields<&O::features, &O::window, &O::scale, &O::sizes, &O::few, &O::activation>;
};

struct Swish : nn::Layer {
  using Options = SwishOptions;
  explicit Swish(const SwishOptions& options) : options_(checked("Swish", options)) {}
  nn::Parameter scale = part("scale", nn::Parameter(ones({1})));
  nn::List<nn::Linear> layers = part("layers", nn::List<nn::Linear>());
  nn::Dict<nn::Linear> named = part("named", nn::Dict<nn::Linear>());
  nn::Optional<nn::Dropout> dropout = part("dropout", nn::Optional<nn::Dropout>(nn::Dropout(0.5)));
  Tensor forward(const Tensor& x) override { return x * sigmoid(x * scale); }

 private:
  SwishOptions options_;
};

struct Pairwise : nn::Callable<Pairwise> {
  Tensor forward(const Tensor& a, const Tensor& b, int times) { return a * times + b; }
};

Tensor cube(const Tensor& x) {
  return record("cube", (x * x * x).array(), {x}, keep_inputs,
                [](const Backward& b) { return gradients(b.dy() * square(b.input(0)) * 3); });
}

int main() {
  const Array a = array({{1.f, 2.f}, {3.f, 4.f}}), blocks = array({{{1}, {2}}}), flags = array({true, false});
  const auto read = a.view<const float, 2>();
  const auto write = a.view<float, 2>();
  const auto number = full({}, 3).view<int64_t, 0>();
  write(0, 1) = read(int64_t{1}, 0) + static_cast<float>(number());
  const auto shared = a.device_view<float, 2>();
  const float total = sum(a).item<float>() + static_cast<float>(shared.size(0) + array({1, 2}).view<int, 1>()[0]);
  const bool on = any(flags).item<bool>();
  const uint8_t small = sum(blocks).item<uint8_t>();
  std::vector<float> outside(4);
  const float* data = outside.data();
  const Array borrowed = Array::from_memory(data, {2, 2}, std::move(outside));
  nn::layers().add<Swish>("Swish");
  nn::Sequential model(nn::Conv2d({.in = 1, .out = 2, .kernel = 3}), nn::ReLU(), Swish({.features = 2}));
  Pairwise pairwise;
  Tensor x = cube(pairwise(Tensor(a), borrowed, 2));
  x += 1;
  optim::Adam adam(model.parameters(), {.lr = 1e-3});
  optim::StepLR schedule({.step_size = 1}, adam);
  return total > 0 && on && small > 0 && x.size(0) > 0 ? 0 : 1;
}
