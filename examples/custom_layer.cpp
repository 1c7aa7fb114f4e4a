// An op of one's own, in a layer of one's own, trained from YAML.
#include <cstdio>

#include <tenon/nn/layers.h>
#include <tenon/tenon.h>
#include <tenon/train/train.h>

using namespace tenon;

// x * sigmoid(beta x), with its gradient written by hand. An op made from others needs none of this: it is enough to
// call them.
Tensor swish(const Tensor& x, const Tensor& beta) {
  Array y = x.array() * sigmoid(beta.array() * x.array());
  return record("swish", y, {x, beta}, keep_inputs, [](const Backward& b) {
    Tensor in = b.input(0), scale = b.input(1), s = sigmoid(scale * in), slope = s * (1 - s);
    return b.each([&] { return b.dy() * (s + scale * in * slope); }, [&] { return b.dy() * square(in) * slope; });
  });
}

struct SwishOptions {
  double beta = 1;
  using fields = Fields<&SwishOptions::beta>;
};

struct Swish : nn::Layer {
  using Options = SwishOptions;
  explicit Swish(SwishOptions options = {}) : beta(part("beta", nn::Parameter(full({1}, options.beta)))) {}
  Tensor forward(const Tensor& x) override { return swish(x, beta); }
  nn::Parameter beta;
};

int main(int argc, char** argv) {
  // The gradient is right, to the second order.
  Tensor x = randn({3, 4}).to(float64), beta = full({1}, 1.5, float64);
  x.requires_grad(true), beta.requires_grad(true);
  auto f = [](const std::vector<Tensor>& in) { return swish(in[0], in[1]); };
  std::printf("gradcheck: %s\n",
              gradcheck(f, {x, beta}).empty() && gradgradcheck(f, {x, beta}).empty() ? "ok" : "wrong");

  // From now on a YAML file can name it.
  nn::layers().add<Swish>("Swish");
  train::run(argc > 1 ? argv[1] : "examples/custom_layer.yaml");
}
