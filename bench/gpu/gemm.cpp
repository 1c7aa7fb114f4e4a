// Square products beside cuBLASLt called by hand, and the host's time for ops that are too small to matter.
#include <string>

#include "bench.h"

#include "tenon/autograd/autograd.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/random.h"
#include "tenon/core/tuning.h"

namespace bench {

using namespace tenon;

void gemm(const Setting& setting) {
  struct Kind {
    const char* name;
    DType dtype;
    bool tf32;
  };
  const Kind kinds[] = {{"bf16", bfloat16, false}, {"tf32", float32, true}, {"fp32", float32, false}};
  const bool before = tf32();
  for (int kind = 0; kind < 3; ++kind) {
    set_tf32(kinds[kind].tf32);
    for (const int64_t n : {int64_t{1024}, int64_t{4096}, int64_t{8192}}) {
      if (setting.small && n > 1024) continue;
      const int64_t size = setting.small ? 64 : n;
      const Array a = randn({size, size}, kinds[kind].dtype, setting.device);
      const Array b = randn({size, size}, kinds[kind].dtype, setting.device);
      const Array c = empty({size, size}, kinds[kind].dtype, setting.device);
      const auto by_hand = [&](int64_t) { plain_matmul(setting, kind, size, c.data(), a.data(), b.data()); };
      double reference = 0;
      if (plain_matmul(setting, kind, size, c.data(), a.data(), b.data())) reference = time_of(setting, by_hand);
      const double ns = time_of(setting, [&](int64_t) { matmul(a, b); });
      // Once more: a chip that has become warm is slower, and that is nobody's merit.
      if (reference > 0) reference = std::min(reference, time_of(setting, by_hand));
      const auto s = static_cast<double>(size);
      print({.name = std::string("gemm/") + kinds[kind].name + "/" + std::to_string(n),
             .ns = ns,
             .reference_ns = reference,
             .flops = 2 * s * s * s});
    }
  }
  set_tf32(before);
}

void host(const Setting& setting) {
  const Array a = randn({4, 4}, float32, setting.device), b = randn({4, 4}, float32, setting.device);
  Tensor leaf = Tensor(a.clone());
  leaf.requires_grad(true);
  const auto measure = [&](const char* name, const auto& f) {
    // Few enough to fit into the device's queue: what is measured is putting them there.
    constexpr int calls = 200;
    std::array<double, 21> times;
    for (double& time : times) {
      synchronize(setting.device);
      const auto begin = std::chrono::steady_clock::now();
      for (int i = 0; i < calls; ++i) f();
      time = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / calls * 1e9;
    }
    synchronize(setting.device);
    std::sort(times.begin(), times.end());
    print({.name = std::string("host/") + name, .ns = times[times.size() / 2]});
  };
  measure("add_4x4", [&] { a + b; });
  measure("add_4x4_grad", [&] { leaf + b; });
  measure("relu_4x4", [&] { relu(a); });
  measure("sum_4x4", [&] { sum(a); });
  measure("softmax_4x4", [&] { softmax(a, 1); });
  measure("matmul_4x4", [&] { matmul(a, b); });
}

}  // namespace bench
