// configs/fashion_mnist.yaml as a program: a convolutional network on 60,000 pictures of clothes.
// usage: fashion_mnist [steps]
#include <cstdio>
#include <cstdlib>

#include <tenon/tenon.h>
#include <tenon/train/train.h>

using namespace tenon;

struct Net : nn::Layer {
  nn::Conv2d conv1 = part("conv1", nn::Conv2d({.in = 1, .out = 32, .kernel = 3, .padding = 1}));
  nn::BatchNorm2d norm1 = part("norm1", nn::BatchNorm2d(32));
  nn::Conv2d conv2 = part("conv2", nn::Conv2d({.in = 32, .out = 64, .kernel = 3, .padding = 1}));
  nn::BatchNorm2d norm2 = part("norm2", nn::BatchNorm2d(64));
  nn::Linear hidden = part("hidden", nn::Linear(64 * 7 * 7, 128));
  nn::Dropout dropout = part("dropout", nn::Dropout(0.3));
  nn::Linear head = part("head", nn::Linear(128, 10));

  Tensor forward(const Tensor& x) override {
    Tensor y = relu(norm1(max_pool2d(conv1(x), {.kernel = 2})));  // [N, 32, 14, 14]
    y = relu(norm2(max_pool2d(conv2(y), {.kernel = 2})));         // [N, 64, 7, 7]
    return head(dropout(relu(hidden(flatten(y, 1)))));
  }
};

data::DatasetPtr images(data::Part part) {
  return data::transform_batch(data::fashion_mnist({.part = part}), [](data::Sample batch) {
    batch["input"] = data::normalize(data::to_chw(batch["input"]), {0.2860}, {0.3530});
    return batch;
  });
}

int main(int argc, char** argv) {
  manual_seed(0);
  Net net;
  nn::CrossEntropyLoss loss;
  optim::AdamW optimizer(net.parameters(), {.lr = 0.002});
  optim::CosineAnnealingLR schedule({.T_max = 8 * 938}, optimizer);
  train::Progress progress(train::ProgressOptions::standard_output());

  train::Trainer trainer(
      {net, loss, optimizer, &schedule},
      {.epochs = 8, .max_steps = argc > 1 ? std::atoll(argv[1]) : 0, .schedule_batches = true, .progress = &progress});
  const train::TrainResult result = trainer.fit(images(data::Part::train), images(data::Part::test));
  std::printf("test accuracy %.2f %%\n", 100 * result.epochs.back().test->accuracy);
  save("fashion_mnist.safetensors", net.state());
}
