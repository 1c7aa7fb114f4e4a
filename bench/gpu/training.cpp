// Steps of training: what an optimizer costs, images a second, and whether an upload hides behind the step.
#include <algorithm>
#include <memory>
#include <string>

#include "bench.h"

#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/tuning.h"
#include "tenon/data/data.h"
#include "tenon/nn/nn.h"
#include "tenon/optim/optim.h"

namespace bench {

using namespace tenon;

void adam(const Setting& setting) {
  const int64_t count = setting.small ? 100'000 : 100'000'000;
  const Tensor p = Tensor(randn({count}, float32, setting.device)).requires_grad(true);
  optim::Adam optimizer({p}, {.lr = 1e-4});
  sum(p).backward();
  const double ns = time_of(setting, [&](int64_t) { optimizer.step(); });
  // Reads parameter, gradient and both moments, writes all but the gradient.
  const int64_t bytes = 7 * 4 * count, half = bytes / 2 / 16 * 16;
  const Array from = randn({half / 4}, float32, setting.device), to = empty_like(from);
  const double copy =
      time_of(setting, [&](int64_t) { plain_copy(setting, to.data(), from.data(), static_cast<size_t>(half)); });
  print({.name = "adam/100M", .ns = ns, .reference_ns = copy, .bytes = static_cast<double>(bytes)});
}

namespace {

struct Block : nn::Layer {
  nn::Conv2d conv1, conv2;
  nn::BatchNorm2d bn1, bn2;
  nn::Optional<nn::Sequential> shortcut;

  Block(int64_t in, int64_t out, int64_t stride)
      : conv1(part("conv1",
                   nn::Conv2d({.in = in, .out = out, .kernel = 3, .stride = stride, .padding = 1, .bias = false}))),
        conv2(part("conv2", nn::Conv2d({.in = out, .out = out, .kernel = 3, .padding = 1, .bias = false}))),
        bn1(part("bn1", nn::BatchNorm2d(out))),
        bn2(part("bn2", nn::BatchNorm2d(out))),
        shortcut(part("shortcut",
                      in == out && stride == 1 ? nn::Optional<nn::Sequential>() : projection(in, out, stride))) {}

  static nn::Optional<nn::Sequential> projection(int64_t in, int64_t out, int64_t stride) {
    return nn::Optional<nn::Sequential>(nn::Sequential(
        nn::Conv2d({.in = in, .out = out, .kernel = 1, .stride = stride, .bias = false}), nn::BatchNorm2d(out)));
  }
  Tensor forward(const Tensor& x) override {
    const Tensor y = bn2(conv2(relu(bn1(conv1(x)))));
    return relu(y + (shortcut ? shortcut(x) : x));
  }
};

/// ResNet-18 as it is used for pictures of 32 x 32 (He et al., 2015).
struct ResNet : nn::Layer {
  nn::Conv2d conv = part("conv", nn::Conv2d({.in = 3, .out = 64, .kernel = 3, .padding = 1, .bias = false}));
  nn::BatchNorm2d bn = part("bn", nn::BatchNorm2d(64));
  nn::List<Block> blocks = part("blocks", nn::List<Block>());
  nn::Linear head = part("head", nn::Linear(512, 10));

  ResNet() {
    int64_t in = 64;
    for (const int64_t out : {64, 128, 256, 512}) {
      blocks.emplace(in, out, out == 64 ? 1 : 2);
      blocks.emplace(out, out, 1);
      in = out;
    }
  }
  Tensor forward(const Tensor& x) override {
    Tensor y = relu(bn(conv(x)));
    for (Block& block : blocks) y = block(y);
    return head(flatten(adaptive_avg_pool2d(y, 1), 1));
  }
};

std::unique_ptr<nn::Layer> mlp() {
  return std::make_unique<nn::Sequential>(nn::Linear(784, 512), nn::ReLU(), nn::Linear(512, 256), nn::ReLU(),
                                          nn::Linear(256, 10));
}

std::unique_ptr<nn::Layer> lenet() {
  return std::make_unique<nn::Sequential>(
      nn::Conv2d({.in = 1, .out = 32, .kernel = 3}), nn::ReLU(), nn::Conv2d({.in = 32, .out = 64, .kernel = 3}),
      nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(64 * 12 * 12, 128), nn::ReLU(), nn::Linear(128, 10));
}

/// One step of Adam. The loss stays on the device.
struct Step {
  std::unique_ptr<nn::Layer> model;
  optim::Adam optimizer;

  Step(std::unique_ptr<nn::Layer> layer, Device device)
      : model((layer->to(device), std::move(layer))), optimizer(model->parameters(), {.lr = 1e-4}) {}
  void operator()(const Array& x, const Array& y) {
    cross_entropy((*model)(x), y).backward();
    optimizer.step();
    optimizer.zero_grad();
  }
};

/// Nanoseconds a sample.
double time_training(const Setting& setting, std::unique_ptr<nn::Layer> model, const Shape& images) {
  Step step(std::move(model), setting.device);
  const Array x = randn(images, float32, setting.device), y = randint(0, 10, {images[0]}, int64, setting.device);
  const double ns = time_of(setting, [&](int64_t) { step(x, y); });
  return ns / static_cast<double>(images[0]);
}

}  // namespace

// TF32 for both sides: what PyTorch's convolutions take by themselves.
void training(const Setting& setting) {
  const bool before = tf32();
  set_tf32(true);
  set_benchmark(true);
  const auto row = [&](const char* name, std::unique_ptr<nn::Layer> model, const Shape& images) {
    print({.name = std::string("training/") + name,
           .ns = time_training(setting, std::move(model), images),
           .samples = 1});
  };
  const int64_t few = 4;
  row("mlp_512", mlp(), {setting.small ? few : 512, 784});
  row("mlp_4096", mlp(), {setting.small ? few : 4096, 784});
  row("lenet_512", lenet(), {setting.small ? few : 512, 1, 28, 28});
  row("resnet18_256", std::make_unique<ResNet>(), {setting.small ? 2 : 256, 3, 32, 32});
  set_benchmark(false);
  set_tf32(before);
}

void loader(const Setting& setting) {
  const int64_t batch = setting.small ? 8 : 512, count = setting.small ? 64 : 20480;
  const data::DatasetPtr set =
      data::in_memory({{"input", randn({count, 1, 28, 28})}, {"target", randint(0, 10, {count})}});
  Step step(lenet(), setting.device);
  const Array x = randn({batch, 1, 28, 28}, float32, setting.device),
              y = randint(0, 10, {batch}, int64, setting.device);
  const double resident = time_of(setting, [&](int64_t) { step(x, y); });
  data::Loader batches(
      set, {.batch_size = batch, .shuffle = true, .drop_last = true, .workers = 2, .device = setting.device});
  const double loaded = time_of(setting, [&](int64_t) {
    std::optional<data::Sample> sample = batches.next();
    if (!sample) sample = batches.next();  // the next epoch
    step((*sample)["input"], (*sample)["target"]);
  });
  print({.name = "loader/lenet_512",
         .ns = loaded / static_cast<double>(batch),
         .reference_ns = resident / static_cast<double>(batch),
         .samples = 1});
}

}  // namespace bench
