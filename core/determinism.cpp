#include "tenon/core/determinism.h"

#include <omp.h>

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"

namespace tenon::inline v0 {

namespace {
constexpr int max_threads = 1024;  // OpenMP starts as many as it is told to, until the system fails
constinit int threads_of_process = 0;
// OpenMP keeps the number in every thread.
[[gnu::tls_model("initial-exec")]] constinit thread_local uint32_t adopted = 0;
[[gnu::tls_model("initial-exec")]] constinit thread_local bool keeps_its_own = false;
}  // namespace

namespace detail {

void adopt_num_threads() {
  const uint32_t setting = __atomic_load_n(&thread_settings, __ATOMIC_ACQUIRE);
  if (adopted == setting || keeps_its_own) return;
  adopted = setting;
  omp_set_num_threads(__atomic_load_n(&threads_of_process, __ATOMIC_RELAXED));
}

void keep_num_threads(int threads) {
  keeps_its_own = true;
  omp_set_num_threads(threads);
}

}  // namespace detail

void set_deterministic(bool on) { detail::set_launch_flag(Launch::deterministic, on); }
bool deterministic() { return detail::launch_flag(Launch::deterministic); }

void set_num_threads(int64_t threads) {
  TENON_CHECK(threads > 0 && threads <= max_threads, ValueError, "set_num_threads: expected 1 to ", max_threads,
              ", got ", threads);
  __atomic_store_n(&threads_of_process, static_cast<int>(threads), __ATOMIC_RELAXED);
  __atomic_fetch_add(&detail::thread_settings, 1, __ATOMIC_RELEASE);
  detail::adopt_num_threads();
}
int num_threads() {
  detail::adopt_num_threads();
  return omp_get_max_threads();
}

}  // namespace tenon::inline v0
