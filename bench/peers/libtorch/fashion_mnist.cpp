// Trains what configs/fashion_mnist.yaml describes, from the same files, and prints a line of JSON for each epoch: its
// seconds, test included, and the accuracy on the test images.
//   fashion_mnist FOLDER EPOCHS ACCURACY LAYOUT     LAYOUT: contiguous or channels_last; ends at that accuracy
#include <chrono>
#include <cmath>
#include <iostream>
#include <numbers>
#include <stdexcept>

#include "optimizers.h"
#include "step.h"
#include <zlib.h>

namespace {

using torch::Tensor;
namespace nn = torch::nn;

struct Set {
  Tensor images, labels;
};

// The bytes of an IDX file behind its header.
Tensor read(const std::string& path, int64_t header) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<uint8_t> bytes(64 << 20);
  const int n = gzread(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  if (n <= header) throw std::runtime_error(path + " is no IDX file");
  return torch::from_blob(bytes.data() + header, {n - header}, torch::kByte).clone();
}

// Normalised once: a batch is then one gather.
Set load(const std::string& start) {
  const Tensor images = read(start + "-images-idx3-ubyte.gz", 16).view({-1, 1, 28, 28}).to(torch::kFloat);
  return {(images / 255 - 0.2860) / 0.3530, read(start + "-labels-idx1-ubyte.gz", 8).to(torch::kLong)};
}

nn::ReLU relu() { return nn::ReLU(nn::ReLUOptions(/*inplace=*/true)); }
nn::Conv2d conv(int64_t in, int64_t out) { return nn::Conv2d(nn::Conv2dOptions(in, out, 3).padding(1)); }

struct Model {
  nn::Sequential features{conv(1, 32),  nn::MaxPool2d(2), nn::BatchNorm2d(32), relu(),
                          conv(32, 64), nn::MaxPool2d(2), nn::BatchNorm2d(64), relu()};
  nn::Sequential head{nn::Linear(3136, 128), relu(), nn::Dropout(0.3), nn::Linear(128, 10)};
  bool channels_last;

  Tensor forward(const Tensor& x) {
    const Tensor maps = features->forward(channels_last ? x.contiguous(torch::MemoryFormat::ChannelsLast) : x);
    return head->forward((channels_last ? maps.permute({0, 2, 3, 1}) : maps).flatten(1));
  }
  void train(bool on) { features->train(on), head->train(on); }
};

double accuracy(Model& model, const Set& set) {
  const torch::NoGradGuard no_grad;
  model.train(false);
  int64_t right = 0;
  for (int64_t at = 0; at < set.images.size(0); at += 64) {
    const int64_t n = std::min<int64_t>(64, set.images.size(0) - at);
    const Tensor found = model.forward(set.images.narrow(0, at, n)).argmax(1);
    right += (found == set.labels.narrow(0, at, n)).sum().item<int64_t>();
  }
  model.train(true);
  return static_cast<double>(right) / static_cast<double>(set.images.size(0));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::cerr << "usage: fashion_mnist FOLDER EPOCHS ACCURACY LAYOUT\n", 2;
  keep_pages();
  torch::manual_seed(0);
  const std::string folder = argv[1];
  const Set train = load(folder + "/train"), test = load(folder + "/t10k");
  const int64_t epochs = std::stoll(argv[2]), n = train.images.size(0), batches = (n + 63) / 64;
  const double goal = std::stod(argv[3]), rate = 0.002;
  Model model{.channels_last = std::string(argv[4]) == "channels_last"};
  std::vector<Tensor> parameters = model.features->parameters();
  if (model.channels_last) bring_to(torch::MemoryFormat::ChannelsLast, parameters);
  for (const Tensor& p : model.head->parameters()) parameters.push_back(p);
  Adam optimizer(parameters, rate, 0.01);

  int64_t steps = 0;
  for (int64_t epoch = 1; epoch <= epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const Tensor order = torch::randperm(n);
    for (int64_t at = 0; at < n; at += 64) {
      const Tensor rows = order.narrow(0, at, std::min<int64_t>(64, n - at));
      const Tensor logits = model.forward(train.images.index_select(0, rows));
      torch::cross_entropy_loss(logits, train.labels.index_select(0, rows)).backward();
      optimizer.step();
      const double done = static_cast<double>(++steps) / static_cast<double>(epochs * batches);
      optimizer.rate = rate * (1 + std::cos(std::numbers::pi * done)) / 2;
    }
    const double found = accuracy(model, test);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::cout << "{\"epoch\": " << epoch << ", \"seconds\": " << seconds << ", \"accuracy\": " << found << "}"
              << std::endl;
    if (found >= goal) break;
  }
  return 0;
}
