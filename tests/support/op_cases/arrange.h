#pragma once
#include "tenon/autograd/ops/arrange.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/arrange.h"
#include "tenon/tests/support/along.h"
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

namespace reference {
/// The elements for which keeps(row, column) in the last two axes, 0 elsewhere.
template <class Keeps>
Array part(const Array& x, Keeps keeps) {
  Array out = map(x, [](double v) { return v; });
  Position p(x.shape());
  for (int64_t i = 0; i < out.numel(); ++i, p.next()) {
    if (!keeps(p[x.ndim() - 2], p[x.ndim() - 1])) static_cast<double*>(out.data())[i] = 0;
  }
  return out;
}

/// crop_flip, element by element.
inline Array cropped(const Array& x, const Array& places, Pair size) {
  const Elements all = values(x), begins = values(places);
  const Shape shape{x.size(0), size.h, size.w, x.size(3)};
  Elements results(static_cast<size_t>(shape.numel()));
  Position p(shape);
  for (double& result : results) {
    const auto place = [&, n = p[0]](int64_t k) {
      return static_cast<int64_t>(begins.at(static_cast<size_t>(3 * n + k)));
    };
    const int64_t row = place(0) + p[1], column = place(1) + (place(2) != 0 ? size.w - 1 - p[2] : p[2]);
    if (row >= 0 && row < x.size(1) && column >= 0 && column < x.size(2)) {
      result = all[static_cast<size_t>(((p[0] * x.size(1) + row) * x.size(2) + column) * x.size(3) + p[3])];
    }
    p.next();
  }
  return from_values(shape, results);
}
}  // namespace reference

inline std::vector<OpCase> arrange_cases() {
  return {
      {.name = "flip",
       .call =
           [](const auto& x) {
             return flip(x[0], {0, 2});
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3, 4}, [](const Shape& p) { return Shape{1 - p[0], p[1], 3 - p[2]}; });
           },
       .inputs = {normal({2, 3, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "flip: axis 2 is out of range for an array of 1 dimension"}}},
      {.name = "roll",
       .call = [](const auto& x) { return roll(x[0], 4, 1); },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 3}, [](const Shape& p) { return Shape{p[0], (p[1] + 2) % 3}; });
           },
       .inputs = {normal({2, 3})},
       .dtypes = all_dtypes},
      {.name = "tile",
       .call =
           [](const auto& x) {
             return tile(x[0], {2, 1, 3});
           },
       .reference =
           [](const Arrays& x) {
             return picked(x[0], {2, 2, 9}, [](const Shape& p) { return Shape{p[1], p[2] % 3}; });
           },
       .inputs = {normal({2, 3})},
       .dtypes = all_dtypes},
      {.name = "pad",
       .call =
           [](const auto& x) {
             return pad(x[0], {1, 2, -1, 1});
           },
       .reference =
           [](const Arrays& x) {
             const Array inside = from_values({3, 1}, {1, 1, 0}) * from_values({6}, {0, 1, 1, 1, 0, 0});
             return inside * picked(x[0], {3, 6}, [](const Shape& p) {
                      return Shape{p[0] < 2 ? p[0] + 1 : 0, p[1] > 0 && p[1] < 4 ? p[1] - 1 : 0};
                    });
           },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3, 3})},
                    "pad: axis 1 of [3, 3] would have -1 elements",
                    [](const auto& x) {
                      return pad(x[0], {-2, -2});
                    }},
                   {{normal({3, 3})},
                    "pad: widths come in pairs, got 1 numbers",
                    [](const auto& x) { return pad(x[0], {1}); }}}},
      {.name = "tril",
       .call = [](const auto& x) { return tril(x[0], 1); },
       .reference =
           [](const Arrays& x) { return reference::part(x[0], [](int64_t i, int64_t j) { return j <= i + 1; }); },
       .inputs = {normal({3, 2, 4})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({3})}, "tril: expected at least 2 dimensions, got [3]"}}},
      {.name = "triu",
       .call = [](const auto& x) { return triu(x[0]); },
       .reference = [](const Arrays& x) { return reference::part(x[0], [](int64_t i, int64_t j) { return j >= i; }); },
       .inputs = {normal({3, 3})},
       .dtypes = all_dtypes},
      // Parts that end in the image and behind it. In their gradients' places there are negative ones.
      {.name = "crop_flip",
       .call =
           [](const auto& x) {
             return crop_flip(x[0], x[1], {3, 2});
           },
       .reference =
           [](const Arrays& x) {
             return reference::cropped(x[0], x[1], {3, 2});
           },
       .inputs = {normal({5, 4, 3, 2}), index(4, {5, 3})},
       .dtypes = all_dtypes,
       .misuses = {{{normal({5, 4, 3}), index(4, {5, 3})},
                    "crop_flip: expected images [N, height, width, channels], got [5, 4, 3]"},
                   {{normal({5, 4, 3, 2}), index(4, {5, 2})}, "crop_flip: places must be [5, 3], got [5, 2]"},
                   {{normal({5, 4, 3, 2}), normal({5, 3})}, "crop_flip: places must be integers, got float32"},
                   {{normal({5, 4, 3, 2}), index(4, {5, 3})},
                    "crop_flip: negative size [-1, 2]",
                    [](const auto& x) {
                      return crop_flip(x[0], x[1], {-1, 2});
                    }}}},
      {.name = "crop_flip/larger",
       .call =
           [](const auto& x) {
             return crop_flip(x[0], x[1], {8, 9});
           },
       .reference =
           [](const Arrays& x) {
             return reference::cropped(x[0], x[1], {8, 9});
           },
       .inputs = {normal({4, 3, 4, 1}), index(4, {4, 3})},
       .dtypes = all_dtypes},
  };
}

}  // namespace tenon::testing
