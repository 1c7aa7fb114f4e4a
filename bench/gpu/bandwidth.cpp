// Ops whose time is that of the bytes they move. Operands take turns, so that none is in the cache from the turn
// before.
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench.h"

#include "tenon/core/memory.h"
#include "tenon/core/ops/activation.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/norm.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/ops/softmax.h"
#include "tenon/core/ops/sum.h"

namespace bench {

namespace {

using namespace tenon;

constexpr int64_t columns = 1024;
/// More than twice the L2 of any GPU there is.
constexpr int64_t rotated = int64_t{512} << 20;

struct Op {
  std::string name;
  DType dtype;
  double moves;  ///< how many times the operand's bytes
  std::function<Array(const Array& x, const Array& other)> run;
};

std::vector<Op> ops(const Setting& setting) {
  const Array scale = ones({columns}, float32, setting.device), shift = zeros({columns}, float32, setting.device);
  const Array wide = scale.to(bfloat16), low = shift.to(bfloat16);
  const auto batch_norm_of = [=](const Array& x, const Array&) {
    // Images of 32 x 32 with 64 channels.
    const Array images = x.reshape({x.numel() / 65536, 64, 32, 32});
    return batch_norm(images, scale.slice(0, 0, 64), shift.slice(0, 0, 64), {}, {}, {.training = true});
  };
  return {
      {"add", float32, 3, [](const Array& x, const Array& y) { return x + y; }},
      {"add", bfloat16, 3, [](const Array& x, const Array& y) { return x + y; }},
      {"gelu", float32, 2, [](const Array& x, const Array&) { return gelu(x); }},
      {"relu", bfloat16, 2, [](const Array& x, const Array&) { return relu(x); }},
      {"sum", float32, 1, [](const Array& x, const Array&) { return sum(x); }},
      {"sum_rows", float32, 1, [](const Array& x, const Array&) { return sum(x, 1); }},
      {"sum_columns", float32, 1, [](const Array& x, const Array&) { return sum(x, 0); }},
      {"softmax", float32, 2, [](const Array& x, const Array&) { return softmax(x, 1); }},
      {"softmax", bfloat16, 2, [](const Array& x, const Array&) { return softmax(x, 1); }},
      {"layer_norm", float32, 2, [=](const Array& x, const Array&) { return layer_norm(x, 1, scale, shift); }},
      {"layer_norm", bfloat16, 2, [=](const Array& x, const Array&) { return layer_norm(x, 1, wide, low); }},
      // Its operand is read twice: for the statistics, and for the result.
      {"batch_norm", float32, 3, batch_norm_of},
  };
}

/// What a plain copy needs to move so many bytes, half of them read, half of them written.
double copy_time(const Setting& setting, int64_t bytes) {
  static std::map<int64_t, double> known;
  const auto found = known.find(bytes);
  if (found != known.end()) return found->second;
  const int64_t half = bytes / 2 / 16 * 16, sets = std::clamp<int64_t>(rotated / bytes + 1, 2, 256);
  const int64_t turns = setting.small ? 1 : sets;
  const Array memory = randn({2 * half * turns / 4}, float32, setting.device);  // zeros may move faster
  auto* base = static_cast<char*>(memory.data());
  const double ns = time_of(setting, [&](int64_t i) {
    char* from = base + i % turns * 2 * half;
    plain_copy(setting, from + half, from, static_cast<size_t>(half));
  });
  known[bytes] = ns;
  return ns;
}

}  // namespace

void bandwidth(const Setting& setting) {
  const std::vector<int64_t> sizes =
      setting.small ? std::vector<int64_t>{1} : std::vector<int64_t>{1, 4, 16, 64, 256, 1024};
  for (const Op& op : ops(setting)) {
    for (const int64_t mb : sizes) {
      const int64_t bytes = mb << 20, elements = bytes / static_cast<int64_t>(size_of(op.dtype));
      const int64_t sets = setting.small ? 1 : std::clamp<int64_t>(rotated / bytes + 1, 2, 256);
      std::vector<Array> operands;
      for (int64_t i = 0; i < sets + 1; ++i) {
        operands.push_back(randn({elements / columns, columns}, op.dtype, setting.device));
      }
      const auto at = [&](int64_t i) -> const Array& { return operands[static_cast<size_t>(i % (sets + 1))]; };
      const double ns = time_of(setting, [&](int64_t i) { op.run(at(i), at(i + 1)); });
      operands.clear();
      const auto moved = static_cast<int64_t>(op.moves * static_cast<double>(bytes));
      print({.name = "bandwidth/" + op.name + "/" + name_of(op.dtype) + "/" + std::to_string(mb) + "MB",
             .ns = ns,
             .reference_ns = copy_time(setting, moved),
             .bytes = static_cast<double>(moved),
             .mb = static_cast<double>(mb)});
    }
  }
}

}  // namespace bench
