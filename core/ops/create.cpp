#include "tenon/core/ops/create.h"

#include <algorithm>
#include <cmath>

#include "tenon/core/check.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::kernels;

namespace {

void fill(const Array& x, Scalar value) {
  Loop loop;
  detail::put_scalar("full", value, x.dtype(), loop.immediate);
  if (detail::make_loop_alike(loop, x, {nullptr}, x.dtype())) {
    detail::run(kernels.layout.copy, x.device(), x.dtype(), loop);
  }
}

Array filled_like(const char* op, const Array& x, Scalar value, DType dtype) {
  detail::check_defined(op, x);
  return full(x.shape(), value, dtype, x.device());
}

bool fractional(Scalar start, Scalar stop, Scalar step) {
  return is_floating(start.dtype()) || is_floating(stop.dtype()) || is_floating(step.dtype());
}
uint64_t distance(Scalar from, Scalar to) { return to.to<uint64_t>() - from.to<uint64_t>(); }

}  // namespace

Array full(const Shape& shape, Scalar value) {
  return full(shape, value, value.dtype() == float64 ? float32 : value.dtype());
}

Array full(const Shape& shape, Scalar value, DType dtype, Device device) {
  Array out = empty(shape, dtype, device);
  fill(out, value);
  return out;
}

Array zeros(const Shape& shape, DType dtype, Device device) { return full(shape, 0, dtype, device); }
Array ones(const Shape& shape, DType dtype, Device device) { return full(shape, 1, dtype, device); }

Array full_like(const Array& x, Scalar value, DType dtype) { return filled_like("full_like", x, value, dtype); }
Array full_like(const Array& x, Scalar value) { return full_like(x, value, x.dtype()); }
Array zeros_like(const Array& x) { return zeros_like(x, x.dtype()); }
Array zeros_like(const Array& x, DType dtype) { return filled_like("zeros_like", x, 0, dtype); }
Array ones_like(const Array& x) { return ones_like(x, x.dtype()); }
Array ones_like(const Array& x, DType dtype) { return filled_like("ones_like", x, 1, dtype); }

Array arange(Scalar stop) { return arange(0, stop, 1); }

Array arange(Scalar start, Scalar stop, Scalar step) {
  return arange(start, stop, step, fractional(start, stop, step) ? float32 : int64);
}

Array arange(Scalar start, Scalar stop, Scalar step, DType dtype, Device device) {
  const double first = start.to<double>(), last = stop.to<double>(), by = step.to<double>();
  double count = std::ceil((last - first) / by);
  if (!fractional(start, stop, step) && by != 0 && count >= 0) {  // doubles do not hold every int64
    const bool up = by > 0;
    const uint64_t way = up ? distance(start, stop) : distance(stop, start);
    const uint64_t stride = up ? step.to<uint64_t>() : -step.to<uint64_t>();
    count = way == 0 ? 0 : static_cast<double>((way - 1) / stride + 1);
  }
  TENON_CHECK(by != 0 && count >= 0 && count < 0x1p62, ValueError, "arange: no way from ", first, " to ", last,
              " in steps of ", by);
  const Array out = empty({static_cast<int64_t>(count)}, dtype, device);
  const Sequence sequence{
      .start = first, .step = by, .integer_start = start.to<int64_t>(), .integer_step = step.to<int64_t>()};
  if (out.numel() > 0) detail::run(kernels.create.sequence, device, dtype, out.raw(), sequence);
  return out;
}

Array linspace(double start, double stop, int64_t count, DType dtype, Device device) {
  TENON_CHECK(count >= 0, ValueError, "linspace: count must not be negative, got ", count);
  if (!is_floating(dtype)) return cast(linspace(start, stop, count, float64, device), dtype);
  const Array out = empty({count}, dtype, device);
  const double step = count > 1 ? (stop - start) / static_cast<double>(count - 1) : 0;
  const Sequence sequence{.start = start, .step = step, .end = stop, .has_end = count > 1};
  if (count > 0) detail::run(kernels.create.sequence, device, dtype, out.raw(), sequence);
  return out;
}

Array eye(int64_t rows, DType dtype, Device device) { return eye(rows, rows, dtype, device); }

Array eye(int64_t rows, int64_t columns, DType dtype, Device device) {
  Array out = zeros({rows, columns}, dtype, device);
  fill_(out.view_as(out.data(), {std::min(rows, columns)}, {columns + 1}), 1);
  return out;
}

void fill_(const Array& x, Scalar value) {
  TENON_CHECK(x.defined(), ValueError, "fill_: the array is not defined");
  x.mark_write("fill_");
  fill(x, value);
}

namespace detail {
void check_row(size_t length, size_t expected) {
  TENON_CHECK(length == expected, ShapeError, "array: rows differ in length: ", expected, " and ", length);
}
}  // namespace detail

}  // namespace tenon::inline v0
