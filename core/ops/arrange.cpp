#include "tenon/core/ops/arrange.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/join.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/loop.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

Array triangle(const Slot<TriangleKernel>& slot, const Array& x0, int64_t diagonal) {
  TENON_CHECK(x0.defined(), ValueError, slot.name(), ": the input is not defined");
  TENON_CHECK(x0.ndim() >= 2, ShapeError, slot.name(), ": expected at least 2 dimensions, got ", x0.shape());
  const Array x = contiguous(x0);
  Array out = empty(x.shape(), x.dtype(), x.device());
  if (x.numel() == 0) return out;
  const int64_t rows = x.size(-2), columns = x.size(-1), batch = x.numel() / rows / columns;
  // Beyond the corners nothing changes; this keeps the kernel's sums from overflowing.
  const int64_t moved = std::clamp(diagonal, -rows - 1, columns + 1);
  detail::run(slot, x.device(), x.dtype(), out.raw(), x.raw(), TriangleOptions{batch, rows, columns, moved});
  return out;
}

}  // namespace

Array flip(const Array& x, const Axes& axes) {
  TENON_CHECK(x.defined(), ValueError, "flip: the input is not defined");
  const uint32_t mask = axes.mask(x.ndim(), "flip");
  Array out = empty_like(x, x.dtype());
  if (x.numel() == 0) return out;
  // Read from the other end, backwards.
  View from = x.raw();
  Shape strides = x.strides();
  char* data = static_cast<char*>(from.data);
  for (int i = 0; i < x.ndim(); ++i) {
    if (!(mask >> i & 1)) continue;
    data += (from.shape[i] - 1) * strides[i] * static_cast<int64_t>(size_of(x.dtype()));
    strides[i] = -strides[i];
  }
  from = {data, from.shape, strides.begin(), from.ndim, from.dtype, 0};
  const View operands[] = {out.raw(), from};
  Loop loop;
  detail::make_loop(loop, operands, from.shape, from.ndim);
  detail::run(kernels.layout.copy, x.device(), x.dtype(), loop);
  return out;
}

Array roll(const Array& x, int64_t shift, int64_t axis) {
  TENON_CHECK(x.defined(), ValueError, "roll: the input is not defined");
  const int at = normalize_axis(axis, x.ndim(), "roll");
  if (x.numel() == 0) return clone(x);
  const int64_t size = x.size(at), start = ((-shift) % size + size) % size;
  return cat({slice(x, at, start), slice(x, at, 0, start)}, at);
}

Array tile(const Array& x0, const Shape& counts0) {
  TENON_CHECK(x0.defined(), ValueError, "tile: the input is not defined");
  Array x = x0;
  Shape counts = counts0;
  while (counts.ndim() < x.ndim()) counts.insert(0, 1);
  while (x.ndim() < counts.ndim()) x = unsqueeze(x, 0);
  // One axis after the other, the last first: every step copies what the one before made.
  for (int i = x.ndim() - 1; i >= 0; --i) {
    TENON_CHECK(counts[i] >= 0, ValueError, "tile: negative count in ", counts0);
    if (counts[i] == 1) continue;
    Shape shape = x.shape();
    shape[i] *= counts[i];
    const Array out = empty(shape, x.dtype(), x.device());
    for (int64_t k = 0; k < counts[i]; ++k) copy_(slice(out, i, k * x.size(i), (k + 1) * x.size(i)), x);
    x = out;
  }
  return x.storage() == x0.storage() ? clone(x) : x;
}

Array pad(const Array& x, const std::vector<int64_t>& widths, Scalar value) {
  TENON_CHECK(x.defined(), ValueError, "pad: the input is not defined");
  const int padded = static_cast<int>(widths.size() / 2);
  TENON_CHECK(widths.size() % 2 == 0, ValueError, "pad: widths come in pairs, got ", widths.size(), " numbers");
  TENON_CHECK(padded <= x.ndim(), ShapeError, "pad: widths for ", padded, " axes, but x is ", x.shape());
  Array inner = x;
  Shape shape = x.shape(), offset = shape;
  for (int i = 0; i < x.ndim(); ++i) {
    const int pair = x.ndim() - 1 - i;
    const int64_t before = pair < padded ? widths[static_cast<size_t>(2 * pair)] : 0;
    const int64_t after = pair < padded ? widths[static_cast<size_t>(2 * pair + 1)] : 0;
    shape[i] += before + after;
    TENON_CHECK(shape[i] >= 0, ShapeError, "pad: axis ", i, " of ", x.shape(), " would have ", shape[i], " elements");
    const int64_t first = std::max<int64_t>(0, -before), last = x.size(i) - std::max<int64_t>(0, -after);
    inner = slice(inner, i, first, std::max(first, last));
    offset[i] = std::max<int64_t>(0, before);
  }
  Array out = full(shape, value, x.dtype(), x.device());
  Array target = out;
  for (int i = 0; i < x.ndim(); ++i) target = slice(target, i, offset[i], offset[i] + inner.size(i));
  if (inner.numel() > 0) copy_(target, inner);
  return out;
}

Array crop_flip(const Array& x, const Array& places, Pair size) {
  detail::check_defined("crop_flip", x, places);
  TENON_CHECK(x.ndim() == 4, ShapeError, "crop_flip: expected images [N, height, width, channels], got ", x.shape());
  TENON_CHECK(is_integral(places.dtype()), DTypeError, "crop_flip: places must be integers, got ",
              name_of(places.dtype()));
  TENON_CHECK(places.shape() == Shape({x.size(0), 3}), ShapeError, "crop_flip: places must be ", Shape({x.size(0), 3}),
              ", got ", places.shape());
  TENON_CHECK(size.h >= 0 && size.w >= 0, ValueError, "crop_flip: negative size ", pair_text(size));
  detail::check_same_device("crop_flip", x, {&places}, "x places");
  Array out = empty({x.size(0), size.h, size.w, x.size(3)}, x.dtype(), x.device());
  if (out.numel() == 0) return out;
  const Array begins = contiguous(cast(places, int64));
  detail::run(kernels.arrange.crop_flip, x.device(), x.dtype(), out.raw(), x.raw(), begins.raw());
  return out;
}

Array tril(const Array& x, int64_t diagonal) { return triangle(kernels.arrange.tril, x, diagonal); }
Array triu(const Array& x, int64_t diagonal) { return triangle(kernels.arrange.triu, x, diagonal); }

}  // namespace tenon::inline v0
