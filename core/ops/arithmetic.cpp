#include "tenon/core/ops/arithmetic.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/elementwise.h"
#include "tenon/core/ops/layout.h"

namespace tenon::inline v0 {

using detail::binary;
using detail::binary_as;
using detail::ElementwiseSlot;
using detail::floating_for;
using detail::kernels;
using detail::unary;

namespace {

template <class A, class B>
Array divide(const A& a, const B& b, DType promoted) {
  const DType type = floating_for(promoted);
  return binary_as(kernels.arithmetic.div, a, b, type, type);
}

/// The number of x's dtype that is nearest to b: for the larger or smaller of two it does the same.
Scalar nearest(const Array& x, const Scalar& b) {
  const int side = detail::beyond(b, x.dtype());
  if (side == 0) [[likely]]
    return b;
  const int bits = 8 * static_cast<int>(size_of(x.dtype()));
  const int64_t half = int64_t{1} << (bits - 1);
  if (x.dtype() == uint8) return side < 0 ? 0 : 2 * half - 1;
  return side < 0 ? -half : half - 1;
}

/// x = slot(x, y), written over x.
void in_place(const ElementwiseSlot& slot, const Array& x, const Array& y, const char* op) {
  detail::check_defined(op, x, y);
  DType result = result_type(x, y);
  if (&slot == &kernels.arithmetic.div) result = floating_for(result);
  TENON_CHECK(!is_floating(result) || is_floating(x.dtype()), DTypeError, op, ": the result is ", name_of(result),
              " and does not go into ", name_of(x.dtype()));
  TENON_CHECK(result == bool_ || x.dtype() != bool_, DTypeError, op, ": the result is ", name_of(result),
              " and does not go into bool");
  if (result == x.dtype() && result == y.dtype()) {
    detail::elementwise_into(slot, x, {&x, &y}, op);
  } else if (result == x.dtype()) {
    const Array same = cast(y, result);
    detail::elementwise_into(slot, x, {&x, &same}, op);
  } else {
    const Array wide = binary_as(slot, x, y, result, result);
    detail::elementwise_into(kernels.layout.copy, x, {&wide}, op);
  }
}

void in_place(const ElementwiseSlot& slot, const Array& x, Scalar y, const char* op) {
  detail::check_defined(op, x);
  const DType type = result_type(x, y);
  const bool divides = &slot == &kernels.arithmetic.div;
  if (type == x.dtype() && (!divides || is_floating(type))) return detail::elementwise_into(slot, x, y, op);
  // A 0-d array of the number's own category gives the same promotion as the number.
  Array number = empty(nullptr, 0, type, cpu);
  unsigned char bytes[8];
  detail::put_scalar(op, y, type, bytes);
  std::memcpy(number.data(), bytes, size_of(type));
  in_place(slot, x, number, op);
}

}  // namespace

Array add(const Array& a, const Array& b) { return binary(kernels.arithmetic.add, a, b); }
Array add(const Array& a, Scalar b) { return binary(kernels.arithmetic.add, a, b); }
Array add(Scalar a, const Array& b) { return binary(kernels.arithmetic.add, a, b); }
Array sub(const Array& a, const Array& b) { return binary(kernels.arithmetic.sub, a, b); }
Array sub(const Array& a, Scalar b) { return binary(kernels.arithmetic.sub, a, b); }
Array sub(Scalar a, const Array& b) { return binary(kernels.arithmetic.sub, a, b); }
Array mul(const Array& a, const Array& b) { return binary(kernels.arithmetic.mul, a, b); }
Array mul(const Array& a, Scalar b) { return binary(kernels.arithmetic.mul, a, b); }
Array mul(Scalar a, const Array& b) { return binary(kernels.arithmetic.mul, a, b); }
Array div(const Array& a, const Array& b) { return divide(a, b, result_type(a, b)); }
Array div(const Array& a, Scalar b) { return divide(a, b, result_type(a, b)); }
Array div(Scalar a, const Array& b) { return divide(a, b, result_type(b, a)); }
Array maximum(const Array& a, const Array& b) { return binary(kernels.arithmetic.maximum, a, b); }
Array maximum(const Array& a, Scalar b) { return binary(kernels.arithmetic.maximum, a, nearest(a, b)); }
Array minimum(const Array& a, const Array& b) { return binary(kernels.arithmetic.minimum, a, b); }
Array minimum(const Array& a, Scalar b) { return binary(kernels.arithmetic.minimum, a, nearest(a, b)); }
Array remainder(const Array& a, const Array& b) { return binary(kernels.arithmetic.remainder, a, b); }
Array remainder(const Array& a, Scalar b) { return binary(kernels.arithmetic.remainder, a, b); }

Array neg(const Array& x) { return unary(kernels.arithmetic.neg, x); }
Array abs(const Array& x) { return unary(kernels.arithmetic.abs, x); }
Array sign(const Array& x) { return unary(kernels.arithmetic.sign, x); }
Array square(const Array& x) { return unary(kernels.arithmetic.square, x); }
Array reciprocal(const Array& x) {
  detail::check_defined("reciprocal", x);
  return unary(kernels.arithmetic.reciprocal, cast(x, floating_for(x.dtype())));
}

void add_(const Array& x, const Array& y) { in_place(kernels.arithmetic.add, x, y, "add_"); }
void add_(const Array& x, Scalar y) { in_place(kernels.arithmetic.add, x, y, "add_"); }
void sub_(const Array& x, const Array& y) { in_place(kernels.arithmetic.sub, x, y, "sub_"); }
void sub_(const Array& x, Scalar y) { in_place(kernels.arithmetic.sub, x, y, "sub_"); }
void mul_(const Array& x, const Array& y) { in_place(kernels.arithmetic.mul, x, y, "mul_"); }
void mul_(const Array& x, Scalar y) { in_place(kernels.arithmetic.mul, x, y, "mul_"); }
void div_(const Array& x, const Array& y) { in_place(kernels.arithmetic.div, x, y, "div_"); }
void div_(const Array& x, Scalar y) { in_place(kernels.arithmetic.div, x, y, "div_"); }

}  // namespace tenon::inline v0
