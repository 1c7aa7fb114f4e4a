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

/// Pixel by pixel, moved as bytes.
Status crop_flip(const View& out, const View& x, const View& places, const Launch&) {
  const int64_t size = static_cast<int64_t>(size_of(x.dtype)), channels = x.shape[3];
  const int64_t rows = out.shape[1], columns = out.shape[2], lines = out.shape[0] * rows;
  const int64_t lines_per_task = std::max<int64_t>(1, grain / (columns * channels));
  const bool packed = x.strides[3] == 1 || channels == 1;
  // Places may be any numbers: sums that overflow lie outside.
  const auto sum = [](int64_t a, int64_t b) { return static_cast<uint64_t>(a) + static_cast<uint64_t>(b); };
  for_tasks((lines + lines_per_task - 1) / lines_per_task, out.numel() > parallel_limit, [&](int64_t task) {
    const int64_t end = std::min(lines, (task + 1) * lines_per_task);
    for (int64_t line = task * lines_per_task; line < end; ++line) {
      const int64_t n = line / rows, *place = places.as<int64_t>() + 3 * n;
      const uint64_t row = sum(place[0], line % rows);
      char* to = out.as<char>() + line * columns * channels * size;
      for (int64_t j = 0; j < columns; ++j, to += channels * size) {
        const uint64_t column = sum(place[1], place[2] ? columns - 1 - j : j);
        if (row >= static_cast<uint64_t>(x.shape[1]) || column >= static_cast<uint64_t>(x.shape[2])) {
          std::memset(to, 0, static_cast<size_t>(channels * size));
          continue;
        }
        const auto r = static_cast<int64_t>(row), k = static_cast<int64_t>(column);
        const char* from = x.as<char>() + (n * x.strides[0] + r * x.strides[1] + k * x.strides[2]) * size;
        const int64_t runs = packed ? 1 : channels, run = packed ? channels * size : size;
        for (int64_t c = 0; c < runs; ++c) {
          std::memcpy(to + c * run, from + c * x.strides[3] * size, static_cast<size_t>(run));
        }
      }
    }
  });
  return {};
}

}  // namespace

void fill_arrange(ArrangeKernels& k) {
  k.tril = triangle<false>;
  k.triu = triangle<true>;
  k.crop_flip = crop_flip;
}

}  // namespace tenon::inline v0::cpu_level::plain
