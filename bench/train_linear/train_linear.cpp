// The smallest program that trains: bench/run measures how long it takes to compile and to start.
#include <cstdio>

#include <tenon/tenon.h>

int main() {
  using namespace tenon;
  manual_seed(0);
  const Array x = rand({100, 3}), y = sum(x, 1, true);
  nn::Linear model(3, 1);
  optim::SGD optimizer(model.parameters(), {.lr = 0.1});
  double last = 0;
  for (int i = 0; i < 10; ++i) {
    optimizer.zero_grad();
    Tensor loss = mse_loss(model(x), y);
    loss.backward();
    optimizer.step();
    last = loss.item<double>();
  }
  std::printf("%f\n", last);
  std::fflush(stdout);
  std::getchar();  // bench/run reads the memory of the program while it waits here
}
