#include "tenon/core/ops/join.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/promotion.h"

namespace tenon::inline v0 {

namespace {

void check_given(const char* op, const std::vector<Array>& arrays) {
  TENON_CHECK(!arrays.empty(), ValueError, op, ": no arrays");
  for (const Array& x : arrays) {
    TENON_CHECK(x.defined(), ValueError, op, ": an input is not defined");
    if (x.device() != arrays[0].device()) {
      detail::throw_devices_differ(op, "arrays[0]", arrays[0].device(), text("arrays[", &x - arrays.data(), "]"),
                                   x.device());
    }
  }
}

/// An array of another size along one axis, dense, in the stride order of x.
Array resized_like(const Array& x, int axis, int64_t size, DType dtype) {
  Shape shape = x.shape();
  shape[axis] = size;
  if (x.is_contiguous() || x.numel() == 0) return empty(shape, dtype, x.device());
  return empty_like(x.view_as(x.data(), shape, x.strides()), dtype);
}

}  // namespace

Array cat(const std::vector<Array>& arrays, int64_t axis) {
  check_given("cat", arrays);
  const Array& first = arrays[0];
  const int at = normalize_axis(axis, first.ndim(), "cat");
  DType type = first.dtype();
  int64_t total = 0;
  for (const Array& x : arrays) {
    type = promote(type, x.dtype());
    bool fits = x.ndim() == first.ndim();
    for (int i = 0; fits && i < first.ndim(); ++i) fits = i == at || x.size(i) == first.size(i);
    TENON_CHECK(fits, ShapeError, "cat: sizes differ outside axis ", axis, ": ", first.shape(), " and ", x.shape());
    total += x.size(at);
  }
  Array out = resized_like(first, at, total, type);
  int64_t start = 0;
  for (const Array& x : arrays) {
    const int64_t stop = start + x.size(at);
    if (x.numel() > 0) copy_(slice(out, at, start, stop), x);
    start = stop;
  }
  return out;
}

Array stack(const std::vector<Array>& arrays, int64_t axis) {
  check_given("stack", arrays);
  std::vector<Array> slices;
  slices.reserve(arrays.size());
  const int at = normalize_axis(axis, arrays[0].ndim() + 1, "stack");
  for (const Array& x : arrays) {
    TENON_CHECK(x.shape() == arrays[0].shape(), ShapeError, "stack: shapes differ: ", arrays[0].shape(), " and ",
                x.shape());
    slices.push_back(unsqueeze(x, at));
  }
  return cat(slices, at);
}

std::vector<Array> split(const Array& x, int64_t size, int64_t axis) {
  TENON_CHECK(x.defined(), ValueError, "split: the input is not defined");
  TENON_CHECK(size > 0, ValueError, "split: size must be positive, got ", size);
  const int at = normalize_axis(axis, x.ndim(), "split");
  std::vector<Array> parts;
  int64_t start = 0;
  do {
    parts.push_back(slice(x, at, start, start + size));
    start += size;
  } while (start < x.size(at));
  return parts;
}

std::vector<Array> split(const Array& x, const std::vector<int64_t>& sizes, int64_t axis) {
  TENON_CHECK(x.defined(), ValueError, "split: the input is not defined");
  const int at = normalize_axis(axis, x.ndim(), "split");
  int64_t total = 0;
  bool negative = false;
  for (int64_t size : sizes) {
    total += size;
    negative |= size < 0;
  }
  TENON_CHECK(total == x.size(at) && !negative, ShapeError, "split: the sizes do not add up to ", x.size(at),
              ", the size of axis ", axis);
  std::vector<Array> parts;
  int64_t start = 0;
  for (int64_t size : sizes) {
    parts.push_back(slice(x, at, start, start + size));
    start += size;
  }
  return parts;
}

std::vector<Array> chunk(const Array& x, int64_t count, int64_t axis) {
  TENON_CHECK(x.defined(), ValueError, "chunk: the input is not defined");
  TENON_CHECK(count > 0, ValueError, "chunk: count must be positive, got ", count);
  const int at = normalize_axis(axis, x.ndim(), "chunk");
  return split(x, std::max<int64_t>(1, (x.size(at) + count - 1) / count), at);
}

}  // namespace tenon::inline v0
