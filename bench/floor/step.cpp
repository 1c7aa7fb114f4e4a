#include "step.h"

#include <chrono>
#include <cstdlib>

namespace by_hand {

void fill_uniform(const memory& m) {
  for (int64_t i = 0; i < count(m); ++i) floats(m)[i] = static_cast<float>(rand()) / RAND_MAX * 2 - 1;
}

std::vector<int> random_classes(int64_t n, int classes) {
  std::vector<int> y(static_cast<size_t>(n));
  for (int& c : y) c = rand() % classes;
  return y;
}

std::map<std::string, double> Step::parts(int n) const {
  using clock = std::chrono::steady_clock;
  std::map<std::string, double> ms;
  for (int i = 0; i < n; ++i) {
    for (const Op& op : ops_) {
      const auto start = clock::now();
      run(op);
      ms[op.name] += std::chrono::duration<double, std::milli>(clock::now() - start).count() / n;
    }
  }
  return ms;
}

}  // namespace by_hand
