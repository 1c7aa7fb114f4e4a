#include "tenon/core/determinism.h"

#include <atomic>

#include <omp.h>

#include "tenon/core/check.h"

namespace tenon::inline v0 {

namespace {
constinit std::atomic<bool> is_deterministic{false};
}

void set_deterministic(bool on) { is_deterministic.store(on, std::memory_order_relaxed); }
bool deterministic() { return is_deterministic.load(std::memory_order_relaxed); }

void set_num_threads(int threads) {
  TENON_CHECK(threads > 0, ValueError, "set_num_threads: expected at least 1, got ", threads);
  omp_set_num_threads(threads);
}
int num_threads() { return omp_get_max_threads(); }

}  // namespace tenon::inline v0
