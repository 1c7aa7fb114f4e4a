// What OpenMP promises and what it starts.
#pragma once
#include <omp.h>

namespace tenon::inline v0::detail {

/// OpenMP promises more threads than OMP_THREAD_LIMIT lets it start, and a library's barriers wait for all of them, for
/// ever: this brings the calling thread's promise down.
inline void keep_to_thread_limit() {
  if (const int limit = omp_get_thread_limit(); limit < omp_get_max_threads()) omp_set_num_threads(limit);
}

}  // namespace tenon::inline v0::detail
