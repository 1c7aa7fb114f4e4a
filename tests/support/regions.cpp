#include "tenon/tests/support/regions.h"

#include <atomic>

#include <dlfcn.h>

static std::atomic<int64_t> regions = 0;

// What gcc makes of `#pragma omp parallel` calls this function of libgomp's. The program's own comes first for
// everybody in it, oneDNN too.
extern "C" [[gnu::visibility("default")]] void GOMP_parallel(void (*task)(void*), void* data, unsigned threads,
                                                             unsigned flags) {
  using Function = void (*)(void (*)(void*), void*, unsigned, unsigned);
  static const Function next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "GOMP_parallel"));
  regions.fetch_add(1, std::memory_order_relaxed);
  next(task, data, threads, flags);
}

namespace tenon::testing {

int64_t parallel_regions() { return regions; }

}  // namespace tenon::testing
