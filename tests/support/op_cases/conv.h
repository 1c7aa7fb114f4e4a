#pragma once
#include <algorithm>

#include "tenon/autograd/ops/conv.h"
#include "tenon/tests/support/elements.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Each output as the sum that defines it.
inline Array reference_conv2d(const Arrays& a, const Conv2dOptions& o = {}) {
  const Array &x = a[0], &weight = a[1];
  const int64_t in = weight.size(1), kh = weight.size(2), kw = weight.size(3), per_group = weight.size(0) / o.groups;
  const auto places = [](int64_t size, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  };
  Array y = empty({x.size(0), weight.size(0), places(x.size(2), kh, o.stride.h, o.padding.h, o.dilation.h),
                   places(x.size(3), kw, o.stride.w, o.padding.w, o.dilation.w)},
                  float64);
  const auto vx = x.view<const double, 4>(), vw = weight.view<const double, 4>();
  const auto vy = y.view<double, 4>();
  Position p(y.shape());
  for (int64_t k = 0; k < y.numel(); ++k, p.next()) {
    double total = a.size() > 2 ? a[2].view<const double, 1>()[p[1]] : 0;
    Position q({in, kh, kw});
    for (int64_t m = 0; m < in * kh * kw; ++m, q.next()) {
      const int64_t i = p[2] * o.stride.h - o.padding.h + q[1] * o.dilation.h;
      const int64_t j = p[3] * o.stride.w - o.padding.w + q[2] * o.dilation.w;
      if (i < 0 || j < 0 || i >= x.size(2) || j >= x.size(3)) continue;
      total += vx(p[0], p[1] / per_group * in + q[0], i, j) * vw(p[1], q[0], q[1], q[2]);
    }
    vy(p[0], p[1], p[2], p[3]) = o.activation == Activation::relu ? std::max(total, 0.0) : total;
  }
  return y;
}

inline std::vector<OpCase> conv_cases() {
  return {
      {.name = "conv2d",
       .autocast = Cast::low,
       .call = [](const auto& x) { return conv2d(x[0], x[1], x[2]); },
       .reference = [](const Arrays& x) { return reference_conv2d(x); },
       .inputs = {normal({2, 3, 5, 6}), normal({4, 3, 3, 3}), optional(normal({4}))},
       .tolerance = 4,
       .misuses = {{{normal({1, 2, 5, 5}), normal({4, 3, 3, 3}), normal({4})},
                    "conv2d: expected 3 input channels, got 2 (input [1, 2, 5, 5])"},
                   {{normal({1, 3, 2, 5}), normal({4, 3, 3, 3}), normal({4})},
                    "conv2d: a kernel of 3 x 3 does not fit the input [1, 3, 2, 5] (padding 0 x 0, dilation 1 x 1)"},
                   {{normal({1, 3, 5, 5}), normal({4, 3, 3, 3})},
                    "conv2d: expected a stride of at least 1, got 1 x 0",
                    [](const auto& x) {
                      return conv2d(x[0], x[1], {}, {.stride = {1, 0}});
                    }},
                   {{normal({1, 3, 5, 5}), normal({4, 3, 3, 3})},
                    "conv2d: expected a padding of at least 0, got -1 x -1",
                    [](const auto& x) { return conv2d(x[0], x[1], {}, {.padding = -1}); }}}},
      {.name = "conv2d/stride2_groups2",
       .autocast = Cast::low,
       .call = [](const auto& x) { return conv2d(x[0], x[1], x[2], {.stride = 2, .groups = 2}); },
       .reference = [](const Arrays& x) { return reference_conv2d(x, {.stride = 2, .groups = 2}); },
       .inputs = {normal({2, 4, 7, 7}), normal({6, 2, 3, 3}), optional(normal({6}))},
       .tolerance = 4},
      {.name = "conv2d/padding_dilation",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return conv2d(x[0], x[1], {}, {.stride = {2, 1}, .padding = {2, 1}, .dilation = {1, 2}});
           },
       .reference =
           [](const Arrays& x) {
             return reference_conv2d(x, {.stride = {2, 1}, .padding = {2, 1}, .dilation = {1, 2}});
           },
       .inputs = {normal({2, 1, 5, 6}), normal({2, 1, 3, 2})},
       .tolerance = 4},
      {.name = "conv2d/relu_depthwise",
       .autocast = Cast::low,
       .call =
           [](const auto& x) {
             return conv2d(x[0], x[1], x[2], {.padding = 1, .groups = 3, .activation = Activation::relu});
           },
       .reference =
           [](const Arrays& x) {
             return reference_conv2d(x, {.padding = 1, .groups = 3, .activation = Activation::relu});
           },
       .inputs = {normal({2, 3, 4, 4}), normal({3, 1, 3, 3}), optional(normal({3}))},
       .tolerance = 4},
      {.name = "conv2d/no_images",
       .autocast = Cast::low,
       .call = [](const auto& x) { return conv2d(x[0], x[1]); },
       .reference = [](const Arrays& x) { return reference_conv2d(x); },
       .inputs = {normal({0, 2, 4, 4}), normal({3, 2, 3, 3})}},
  };
}

}  // namespace tenon::testing
