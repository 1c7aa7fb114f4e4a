// The smallest program that trains: a line through points.
#include <cstdio>

#include <tenon/tenon.h>

int main() {
  using namespace tenon;
  Array x = linspace(-1, 1, 100).reshape({100, 1}), y = 2 * x + 0.5;
  nn::Linear model(1, 1);
  optim::SGD sgd(model.parameters(), {.lr = 0.3});
  for (int step = 0; step < 100; ++step) {
    sgd.zero_grad();
    mse_loss(model(x), y).backward();
    sgd.step();
  }
  std::printf("y = %.2f x + %.2f\n", model.weight.item<double>(), model.bias.item<double>());
}
