// Linear regression on a CSV file, by gradient descent.
#include <cstdio>

#include <tenon/tenon.h>

using namespace tenon;

int main() {
  // y = 3 a - 2 b + 1, and a little noise.
  manual_seed(0);
  Array x = randn({500, 2});
  Array noise = randn({500, 1});
  Array y = matmul(x, array<float>({3, -2}).reshape({2, 1})) + 1 + 0.1 * noise;

  nn::Linear model(2, 1);
  nn::MSELoss loss_of;
  optim::SGD sgd(model.parameters(), {.lr = 0.1});

  for (int epoch = 1; epoch <= 100; ++epoch) {
    sgd.zero_grad();
    Tensor loss = loss_of(model(x), y);
    loss.backward();
    sgd.step();
    if (epoch % 20 == 0) std::printf("epoch %3d  loss %.4f\n", epoch, loss.item<double>());
  }
  std::printf("weight %s\nbias   %s\n", to_string(model.weight).c_str(), to_string(model.bias).c_str());
}
