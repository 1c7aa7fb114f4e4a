// The program of bench/train_linear/ in LibTorch.
#include <cstdio>

#include <torch/torch.h>

int main() {
  torch::manual_seed(0);
  const torch::Tensor x = torch::rand({100, 3}), y = x.sum(1, true);
  torch::nn::Linear model(3, 1);
  torch::optim::SGD optimizer(model->parameters(), 0.1);
  double last = 0;
  for (int i = 0; i < 10; ++i) {
    optimizer.zero_grad();
    torch::Tensor loss = torch::mse_loss(model(x), y);
    loss.backward();
    optimizer.step();
    last = loss.item<double>();
  }
  std::printf("%f\n", last);
  std::fflush(stdout);
  std::getchar();  // bench/run reads the memory of the program while it waits here
}
