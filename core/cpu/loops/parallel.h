// Which work runs on several threads, and how.
#pragma once
#include <cstdint>

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

/// What one task takes, in additions. Work is cut by size, never by thread count.
constexpr int64_t grain = 32768;
/// Below this, waking another thread costs more than it saves.
constexpr int64_t parallel_limit = 2 * grain;

/// Runs task(0) to task(tasks - 1). Serial work enters no parallel region: even one that is switched off by `if` costs
/// 0.3 us in libgomp, ten times a small op.
template <class Task>
[[gnu::always_inline]] inline void for_tasks(int64_t tasks, bool parallel, const Task& task) {
  if (!parallel || tasks < 2) {
    for (int64_t t = 0; t < tasks; ++t) task(t);
    return;
  }
#pragma omp parallel for schedule(static)
  for (int64_t t = 0; t < tasks; ++t) task(t);
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
