#pragma once
#include <algorithm>
#include <limits>

#include "tenon/autograd/ops/pool.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// One value a window: `each` sees the row, the column and the values of the pixels that are there.
template <class Each>
Array reference_pool(const Array& x, Pair size, Each each) {
  Array y = empty({x.size(0), x.size(1), size.h, size.w}, float64);
  const auto vy = y.view<double, 4>();
  Position p(y.shape());
  for (int64_t k = 0; k < y.numel(); ++k, p.next()) {
    const Array plane = select(select(x, 0, p[0]), 0, p[1]);
    vy(p[0], p[1], p[2], p[3]) = each(plane.view<const double, 2>(), p[2], p[3]);
  }
  return y;
}

inline Array reference_max_pool2d(const Array& x, const MaxPool2dOptions& o, Pair size) {
  const Pair kernel = o.kernel, stride = o.stride.value_or(kernel);
  return reference_pool(x, size, [=](const auto& plane, int64_t i, int64_t j) {
    double best = -std::numeric_limits<double>::infinity();
    for (int64_t p = 0; p < kernel.h; ++p) {
      for (int64_t q = 0; q < kernel.w; ++q) {
        const int64_t r = i * stride.h - o.padding.h + p * o.dilation.h;
        const int64_t c = j * stride.w - o.padding.w + q * o.dilation.w;
        if (r >= 0 && c >= 0 && r < plane.size(0) && c < plane.size(1)) best = std::max(best, plane(r, c));
      }
    }
    return best;
  });
}

inline Array reference_avg_pool2d(const Array& x, const AvgPool2dOptions& o, Pair size) {
  const Pair kernel = o.kernel, stride = o.stride.value_or(kernel);
  return reference_pool(x, size, [=](const auto& plane, int64_t i, int64_t j) {
    double total = 0;
    int64_t there = 0;
    for (int64_t p = 0; p < kernel.h; ++p) {
      for (int64_t q = 0; q < kernel.w; ++q) {
        const int64_t r = i * stride.h - o.padding.h + p, c = j * stride.w - o.padding.w + q;
        if (r < 0 || c < 0 || r >= plane.size(0) || c >= plane.size(1)) continue;
        total += plane(r, c);
        ++there;
      }
    }
    return total / static_cast<double>(o.count_include_pad ? kernel.h * kernel.w : there);
  });
}

inline Array reference_adaptive(const Array& x, Pair size) {
  return reference_pool(x, size, [=](const auto& plane, int64_t i, int64_t j) {
    const auto begin = [](int64_t k, int64_t n, int64_t count) { return k * n / count; };
    const auto end = [](int64_t k, int64_t n, int64_t count) { return ((k + 1) * n + count - 1) / count; };
    double total = 0;
    int64_t there = 0;
    for (int64_t r = begin(i, plane.size(0), size.h); r < end(i, plane.size(0), size.h); ++r) {
      for (int64_t c = begin(j, plane.size(1), size.w); c < end(j, plane.size(1), size.w); ++c, ++there) {
        total += plane(r, c);
      }
    }
    return total / static_cast<double>(there);
  });
}

inline std::vector<OpCase> pool_cases() {
  return {
      {.name = "max_pool2d",
       .call = [](const auto& x) { return max_pool2d(x[0], 2); },
       .reference = [](const Arrays& x) { return reference_max_pool2d(x[0], {.kernel = 2}, 2); },
       .inputs = {distinct({2, 3, 4, 5})},
       .misuses = {{{normal({1, 1, 1, 5})}, "max_pool2d: a kernel of 2 x 2 does not fit an input of 1 x 5"},
                   {{normal({3, 3})}, "max_pool2d: expected an input [n, c, h, w], got [3, 3]"},
                   {{normal({1, 1, 4, 4})},
                    "max_pool2d: expected a padding of at most half the kernel 2 x 2, got 2 x 2",
                    [](const auto& x) { return max_pool2d(x[0], {.kernel = 2, .padding = 2}); }}}},
      {.name = "max_pool2d/overlapping",
       .call =
           [](const auto& x) {
             return max_pool2d(x[0], {.kernel = {3, 2}, .stride = Pair(2, 1), .padding = 1, .dilation = {1, 2}});
           },
       .reference =
           [](const Arrays& x) {
             return reference_max_pool2d(
                 x[0], {.kernel = {3, 2}, .stride = Pair(2, 1), .padding = 1, .dilation = {1, 2}}, {3, 5});
           },
       .inputs = {distinct({2, 3, 6, 5})}},
      {.name = "max_pool2d/ceil_mode",
       .call = [](const auto& x) { return max_pool2d(x[0], {.kernel = 3, .stride = 2, .ceil_mode = true}); },
       .reference =
           [](const Arrays& x) {
             return reference_max_pool2d(x[0], {.kernel = 3, .stride = 2}, {3, 2});
           },
       .inputs = {distinct({1, 2, 6, 5})}},
      {.name = "max_pool2d/no_images",
       .call = [](const auto& x) { return max_pool2d(x[0], 2); },
       .reference = [](const Arrays& x) { return reference_max_pool2d(x[0], {.kernel = 2}, 2); },
       .inputs = {distinct({0, 3, 4, 4})},
       .serial = true},
      {.name = "avg_pool2d",
       .call = [](const auto& x) { return avg_pool2d(x[0], 2); },
       .reference = [](const Arrays& x) { return reference_avg_pool2d(x[0], {.kernel = 2}, 2); },
       .inputs = {normal({2, 3, 4, 5})},
       .misuses = {{{normal({1, 1, 4, 4})},
                    "avg_pool2d: expected a padding of at most half the kernel 2 x 2, got 0 x 2",
                    [](const auto& x) {
                      return avg_pool2d(x[0], {.kernel = 2, .padding = {0, 2}});
                    }}}},
      {.name = "avg_pool2d/padding",
       .call = [](const auto& x) { return avg_pool2d(x[0], {.kernel = 3, .stride = Pair(2, 1), .padding = 1}); },
       .reference =
           [](const Arrays& x) {
             return reference_avg_pool2d(x[0], {.kernel = 3, .stride = Pair(2, 1), .padding = 1}, {3, 4});
           },
       .inputs = {normal({2, 3, 5, 4})}},
      {.name = "avg_pool2d/without_padding_counted",
       .call =
           [](const auto& x) {
             return avg_pool2d(x[0], {.kernel = 3, .stride = 1, .padding = 1, .count_include_pad = false});
           },
       .reference =
           [](const Arrays& x) {
             return reference_avg_pool2d(x[0], {.kernel = 3, .stride = 1, .padding = 1, .count_include_pad = false},
                                         {5, 4});
           },
       .inputs = {normal({2, 3, 5, 4})}},
      {.name = "adaptive_avg_pool2d",
       .call =
           [](const auto& x) {
             return adaptive_avg_pool2d(x[0], {3, 2});
           },
       .reference =
           [](const Arrays& x) {
             return reference_adaptive(x[0], {3, 2});
           },
       .inputs = {normal({2, 3, 5, 6})},
       .misuses = {{{normal({1, 1, 0, 4})}, "adaptive_avg_pool2d: the input [1, 1, 0, 4] has no pixels"}}},
      {.name = "adaptive_avg_pool2d/global",
       .call = [](const auto& x) { return adaptive_avg_pool2d(x[0], 1); },
       .reference = [](const Arrays& x) { return reference_adaptive(x[0], 1); },
       .inputs = {normal({2, 3, 5, 4})}},
      {.name = "adaptive_avg_pool2d/larger",
       .call = [](const auto& x) { return adaptive_avg_pool2d(x[0], 5); },
       .reference = [](const Arrays& x) { return reference_adaptive(x[0], 5); },
       .inputs = {normal({1, 2, 3, 4})}},
  };
}

}  // namespace tenon::testing
