// Makes the mistakes whose errors README shows, and looks for their texts there.
// usage: errors README.md
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include <tenon/tenon.h>
#include <tenon/train/train.h>

using namespace tenon;

struct Net : nn::Layer {
  nn::Sequential features = part("features", nn::Sequential(nn::Conv2d({.in = 1, .out = 8, .kernel = 3})));
  Tensor forward(const Tensor& x) override { return features(x); }
};

void read_config_with_a_wrong_key() {
  std::filesystem::create_directories("configs");
  std::ofstream("configs/a.yaml") << "data:\n"
                                     "  train: fashion_mnist\n"
                                     "  batch_size: 64\n"
                                     "model:\n"
                                     "  - Flatten\n"
                                     "  - {type: Linear, in: 784, out: 10}\n"
                                     "loss: CrossEntropyLoss\n"
                                     "epochs: 2\n"
                                     "optimizer:\n"
                                     "  type: SGD\n"
                                     "  lr: 0.1\n"
                                     "  momentun: 0.9\n";
  train::read_train_config("configs/a.yaml");
}

int main(int, char** argv) {
  std::ostringstream readme;
  readme << std::ifstream(argv[1]).rdbuf();
  const std::function<void()> mistakes[] = {
      [] {
        matmul(ones({8, 3}), ones({4, 5}));
      },
      [] {
        Net()(ones({64, 3, 28, 28}));
      },
      read_config_with_a_wrong_key,
  };
  int wrong = 0;
  for (const auto& mistake : mistakes) {
    try {
      mistake();
      std::puts("nothing was thrown");
      ++wrong;
    } catch (const Error& e) {
      const bool shown = readme.str().find(std::string("    ") + e.what() + "\n") != std::string::npos;
      std::printf("%s: %s\n", shown ? "shown" : "README does not show", e.what());
      wrong += !shown;
    }
  }
  return wrong;
}
