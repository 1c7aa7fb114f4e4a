// configs/fashion_mnist_mlp.yaml as a program, with a training loop of its own.
// usage: fashion_mnist_mlp [steps]
#include <cstdio>
#include <cstdlib>

#include <tenon/tenon.h>

using namespace tenon;

data::DatasetPtr images(data::Part part) {
  return data::transform_batch(data::fashion_mnist({.part = part}), [](data::Sample batch) {
    batch["input"] = data::normalize(data::to_chw(batch["input"]), {0.2860}, {0.3530});
    return batch;
  });
}

double accuracy(nn::Layer& net, data::Loader& loader) {
  const NoGrad no_grad;
  net.eval();
  int64_t right = 0;
  for (const data::Sample& batch : loader) {
    right += sum(argmax(net(batch["input"]).array(), 1) == batch["target"]).item<int64_t>();
  }
  return static_cast<double>(right) / static_cast<double>(loader.dataset()->size());
}

int main(int argc, char** argv) {
  manual_seed(0);
  nn::Sequential net(nn::Flatten(), nn::Linear(784, 512), nn::ReLU(), nn::Dropout(0.2), nn::Linear(512, 10));
  nn::CrossEntropyLoss loss_of;
  optim::AdamW optimizer(net.parameters(), {.lr = 0.001});
  data::Loader training(images(data::Part::train), {.batch_size = 128, .shuffle = true});
  data::Loader test(images(data::Part::test), {.batch_size = 128});
  optim::CosineAnnealingLR schedule({.T_max = 15 * training.batches()}, optimizer);

  int64_t steps = argc > 1 ? std::atoll(argv[1]) : 15 * training.batches();
  for (int epoch = 1; steps > 0; ++epoch) {
    net.train();
    double total = 0;
    int64_t batches = 0;
    while (auto batch = training.next()) {
      optimizer.zero_grad();
      Tensor loss = loss_of(net((*batch)["input"]), (*batch)["target"]);
      loss.backward();
      optimizer.step();
      schedule.step();
      total += loss.item<double>(), ++batches;
      if (--steps == 0) break;
    }
    std::printf("epoch %2d  loss %.4f  test accuracy %.2f %%\n", epoch, total / static_cast<double>(batches),
                100 * accuracy(net, test));
  }
}
