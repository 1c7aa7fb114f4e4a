// Walks a row-major array along one axis: rows where the axis is the innermost, else strips of neighbouring columns.
#pragma once
#include "tenon/core/cpu/loops/elementwise.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

/// Columns that are worked on side by side.
constexpr int64_t strip = 64;

/// Calls body(o, first, width) for every strip of the inner axis; with inner 1: body(o, 0, 1). `cost` is that of an
/// element, in additions.
template <class Body>
[[gnu::always_inline]] inline void over_strips(const AxisLoop& a, int64_t cost, const Body& body) {
  const int64_t strips = (a.inner + strip - 1) / strip, units = a.outer * strips;
  const int64_t work = a.n * (a.inner < strip ? a.inner : strip) * cost, per_task = work < grain ? grain / work : 1;
  const bool parallel = a.outer * a.n * a.inner * cost > parallel_limit;
  for_tasks((units + per_task - 1) / per_task, parallel, [&](int64_t t) {
    const int64_t end = (t + 1) * per_task < units ? (t + 1) * per_task : units;
    for (int64_t u = t * per_task; u < end; ++u) {
      const int64_t first = u % strips * strip, width = a.inner - first < strip ? a.inner - first : strip;
      body(u / strips, first, width);
    }
  });
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
