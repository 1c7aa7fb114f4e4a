#include "tenon/core/ops/comparison.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/extremum.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::ElementwiseSlot;
using detail::kernels;

namespace {

Array compare(const ElementwiseSlot& slot, const Array& a, const Array& b) {
  return detail::binary_as(slot, a, b, result_type(a, b), bool_);
}

/// `below`, `above`: the answer where b lies beyond what the dtype of a holds.
Array compare(const ElementwiseSlot& slot, const Array& a, const Scalar& b, bool below, bool above) {
  if (const int side = detail::beyond(b, a.dtype())) [[unlikely]] {
    TENON_CHECK(a.defined(), ValueError, slot.name(), ": the input is not defined");
    return full_like(a, side < 0 ? below : above, bool_);
  }
  return detail::binary_as(slot, a, b, result_type(a, b), bool_);
}

Array logical(const ElementwiseSlot& slot, const Array& a, const Array& b) {
  return detail::binary_as(slot, a, b, bool_, bool_);
}

/// A property of floating numbers; `otherwise` for the others.
Array test(const ElementwiseSlot& slot, const Array& x, bool otherwise) {
  if (is_floating(x.dtype())) return detail::unary(slot, x, bool_);
  return full(x.shape(), otherwise, bool_, x.device());
}

void check_condition(const Array& condition, const char* op) {
  TENON_CHECK(condition.dtype() == bool_, DTypeError, op, ": the condition is ", name_of(condition.dtype()),
              ", not bool");
}

/// where with a number on one side, which travels in the loop.
Array choose(const Array& condition, const Array& values, Scalar number, bool number_first, DType type,
             const char* op) {
  const Device device = detail::common_device(op, {&condition, &values}, number_first ? "condition b" : "condition a");
  check_condition(condition, op);
  const Array c = condition.to(device), x = cast(values, type).to(device);
  const Shape shape = broadcast_shapes(c.shape(), x.shape(), op);
  const Array* inputs[] = {&x, &c};
  Array out = detail::result_like(inputs, shape, type, device);
  const View v = x.raw(), n{nullptr, nullptr, nullptr, 0, type, 0};
  const View operands[] = {out.raw(), c.raw(), number_first ? n : v, number_first ? v : n};
  Loop loop;
  detail::put_scalar(op, number, type, loop.immediate);
  if (detail::make_loop(loop, operands, shape.begin(), shape.ndim())) {
    detail::run(kernels.comparison.where, device, bool_, loop);
  }
  return out;
}

}  // namespace

Array eq(const Array& a, const Array& b) { return compare(kernels.comparison.eq, a, b); }
Array eq(const Array& a, Scalar b) { return compare(kernels.comparison.eq, a, b, false, false); }
Array ne(const Array& a, const Array& b) { return compare(kernels.comparison.ne, a, b); }
Array ne(const Array& a, Scalar b) { return compare(kernels.comparison.ne, a, b, true, true); }
Array lt(const Array& a, const Array& b) { return compare(kernels.comparison.lt, a, b); }
Array lt(const Array& a, Scalar b) { return compare(kernels.comparison.lt, a, b, false, true); }
Array le(const Array& a, const Array& b) { return compare(kernels.comparison.le, a, b); }
Array le(const Array& a, Scalar b) { return compare(kernels.comparison.le, a, b, false, true); }
Array gt(const Array& a, const Array& b) { return compare(kernels.comparison.gt, a, b); }
Array gt(const Array& a, Scalar b) { return compare(kernels.comparison.gt, a, b, true, false); }
Array ge(const Array& a, const Array& b) { return compare(kernels.comparison.ge, a, b); }
Array ge(const Array& a, Scalar b) { return compare(kernels.comparison.ge, a, b, true, false); }

Array logical_and(const Array& a, const Array& b) { return logical(kernels.comparison.logical_and, a, b); }
Array logical_or(const Array& a, const Array& b) { return logical(kernels.comparison.logical_or, a, b); }
Array logical_xor(const Array& a, const Array& b) { return logical(kernels.comparison.logical_xor, a, b); }
Array logical_not(const Array& x) {
  TENON_CHECK(x.defined(), ValueError, "logical_not: the input is not defined");
  return detail::unary(kernels.comparison.logical_not, cast(x, bool_));
}

Array isnan(const Array& x) { return test(kernels.comparison.isnan, x, false); }
Array isinf(const Array& x) { return test(kernels.comparison.isinf, x, false); }
Array isfinite(const Array& x) { return test(kernels.comparison.isfinite, x, true); }

Array where(const Array& condition, const Array& a, const Array& b) {
  detail::check_defined("where", condition, a, b);
  check_condition(condition, "where");
  const DType type = result_type(a, b);
  const Array x = cast(a, type), y = cast(b, type);
  return detail::elementwise(kernels.comparison.where, {&condition, &x, &y}, type, "condition a b");
}
Array where(const Array& condition, const Array& a, Scalar b) {
  return choose(condition, a, b, false, result_type(a, b), "where");
}
Array where(const Array& condition, Scalar a, const Array& b) {
  return choose(condition, b, a, true, result_type(b, a), "where");
}
Array where(const Array& condition, Scalar a, Scalar b) { return where(condition, a, full({}, b)); }
Array masked_fill(const Array& x, const Array& mask, Scalar value) {
  return choose(mask, x, value, true, x.dtype(), "masked_fill");
}

Array clamp(const Array& x, const Range& range) {
  detail::check_defined("clamp", x);
  TENON_CHECK(range.min.given || range.max.given, ValueError, "clamp: neither min nor max is given");
  if (!range.max.given) return maximum(x, range.min.value);
  if (!range.min.given) return minimum(x, range.max.value);
  return minimum(maximum(x, range.min.value), range.max.value);
}
Array clamp(const Array& x, Scalar low, Scalar high) {
  detail::check_defined("clamp", x);
  return minimum(maximum(x, low), high);
}
Array clamp(const Array& x, const Array& low, const Array& high) {
  detail::check_defined("clamp", x, low, high);
  return minimum(maximum(x, low), high);
}

bool allclose(const Array& a, const Array& b, const Tolerance& tolerance) {
  detail::check_defined("allclose", a, b);
  const Array x = cast(a, float64), y = cast(b, float64);
  const Array near = le(abs(sub(x, y)), add(mul(abs(y), tolerance.rtol), tolerance.atol));
  Array close = logical_or(eq(x, y), logical_and(near, logical_and(isfinite(x), isfinite(y))));
  if (tolerance.equal_nan) close = logical_or(close, logical_and(isnan(x), isnan(y)));
  return all(close).item<bool>();
}

bool equal(const Array& a, const Array& b) {
  detail::check_defined("equal", a, b);
  return a.shape() == b.shape() && all(eq(a, b)).item<bool>();
}

}  // namespace tenon::inline v0
