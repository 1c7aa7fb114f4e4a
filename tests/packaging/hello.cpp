// What a stranger's first program looks like: something of every layer.
#include <cstdio>
#include <cstring>

#include <tenon/tenon.h>
#include <tenon/train/train.h>

#ifndef WITH_BACKEND
#define WITH_BACKEND 0
#endif

using namespace tenon;

int main() {
  const Tensor x = ones({2, 3});
  const float total = sum(x + 1).item<float>();
  std::printf("hello, %g\n", total);

  manual_seed(0);
  const Array inputs = rand({32, 2});
  const data::DatasetPtr set = data::in_memory({{"input", inputs}, {"target", sum(inputs, 1, true)}});
  data::Loader loader(set, {.batch_size = 8, .shuffle = true, .workers = 1});
  nn::Linear model(2, 1);
  nn::MSELoss loss_of;
  optim::SGD sgd(model.parameters(), {.lr = 0.2});
  double last = 0;
  for (int epoch = 0; epoch < 100; ++epoch) {
    for (const data::Sample& batch : loader) {
      sgd.zero_grad();
      Tensor loss = loss_of(model(batch["input"]), batch["target"]);
      loss.backward();
      sgd.step();
      last = loss.item<double>();
    }
  }
  std::printf("loss %g\n", last);

  bool refused = false;
  try {
    train::read_train_config("not_there.yaml");
  } catch (const Error& e) {
    std::printf("%s\n", e.what());
    refused = true;
  }
  // The package's backend is found, whether there is a GPU or not.
  bool found = true;
  try {
    std::printf("%s\n", description(cuda()).c_str());
  } catch (const DeviceError& e) {
    std::printf("%s\n", e.what());
    found = !WITH_BACKEND || !std::strstr(e.what(), "there is no libtenon_cuda.so");
  }
  return total == 12 && last < 1e-3 && refused && found ? 0 : 1;
}
