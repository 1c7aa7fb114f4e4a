// Training steps written by hand on oneDNN, with no framework: the yardsticks of Tenon's own. Names and arithmetic are
// those of bench/workloads/.
#pragma once
#include <memory>
#include <string>

#include "params.h"

namespace by_hand {

/// A net on one fixed random batch. `step` computes loss, gradients and update.
struct Net {
  Step step;
  float loss = 0;
  /// oneDNN's names for what it uses.
  std::string info;

  Net() = default;
  Net(const Net&) = delete;
  Net& operator=(const Net&) = delete;
  virtual ~Net() = default;
};

enum class Optimizer { sgd, adam };

/// 784-512-256-10 with relu. `product`: the type of the products' operands; all else is float32.
std::unique_ptr<Net> mlp(int64_t batch, Optimizer optimizer, type product = type::f32);
/// conv 32, relu, conv 64, relu, max pool, linear 128, relu, linear 10 on 1 x 28 x 28; Adam.
std::unique_ptr<Net> lenet(int64_t batch);
/// The form for 3 x 32 x 32; SGD with momentum.
std::unique_ptr<Net> resnet18(int64_t batch);
/// 4 blocks of 4 heads, width 256, 1000 words, 8 sequences of 128 tokens; AdamW.
std::unique_ptr<Net> gpt();
/// Embedding 64 x 256, LSTM 256, linear 64; 32 sequences of 64 tokens; Adam.
std::unique_ptr<Net> lstm();
/// Adam alone, over so many parameters.
std::unique_ptr<Net> adam(int64_t parameters);
/// A copy of so many bytes: half of them read, half written.
std::unique_ptr<Net> copy(int64_t bytes);

}  // namespace by_hand
