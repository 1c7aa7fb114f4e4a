#include <algorithm>
#include <cstring>

#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/cpu/plain/fill.h"

namespace tenon::inline v0::cpu_level::plain {

namespace {

template <bool upper>
Status triangle(const View& out, const View& x, const TriangleOptions& options, const Launch&) {
  const int64_t size = static_cast<int64_t>(size_of(x.dtype)), columns = options.columns;
  const int64_t rows = options.batch * options.rows, rows_per_task = std::max<int64_t>(1, grain / columns);
  for_tasks((rows + rows_per_task - 1) / rows_per_task, rows * columns > parallel_limit, [&](int64_t task) {
    const int64_t end = std::min(rows, (task + 1) * rows_per_task);
    for (int64_t row = task * rows_per_task; row < end; ++row) {
      const char* from = x.as<char>() + row * columns * size;
      char* to = out.as<char>() + row * columns * size;
      // The first column on or right of the diagonal; tril keeps the diagonal itself.
      const int64_t cut = std::clamp<int64_t>(row % options.rows + options.diagonal + !upper, 0, columns) * size;
      const int64_t all = columns * size;
      if (upper) {
        std::memset(to, 0, static_cast<size_t>(cut));
        std::memcpy(to + cut, from + cut, static_cast<size_t>(all - cut));
      } else {
        std::memcpy(to, from, static_cast<size_t>(cut));
        std::memset(to + cut, 0, static_cast<size_t>(all - cut));
      }
    }
  });
  return {};
}

}  // namespace

void fill_arrange(ArrangeKernels& k) {
  k.tril = triangle<false>;
  k.triu = triangle<true>;
}

}  // namespace tenon::inline v0::cpu_level::plain
