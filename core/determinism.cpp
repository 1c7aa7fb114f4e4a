#include "tenon/core/determinism.h"

#include <omp.h>

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"

namespace tenon::inline v0 {

void set_deterministic(bool on) {
  if (on) {
    __atomic_fetch_or(&detail::launch_flags, Launch::deterministic, __ATOMIC_RELAXED);
  } else {
    __atomic_fetch_and(&detail::launch_flags, ~uint32_t{Launch::deterministic}, __ATOMIC_RELAXED);
  }
}
bool deterministic() { return __atomic_load_n(&detail::launch_flags, __ATOMIC_RELAXED) & Launch::deterministic; }

void set_num_threads(int threads) {
  TENON_CHECK(threads > 0, ValueError, "set_num_threads: expected at least 1, got ", threads);
  omp_set_num_threads(threads);
}
int num_threads() { return omp_get_max_threads(); }

}  // namespace tenon::inline v0
