// Internal: what elementwise ops have in common. A kernel is named by its slot: `unary(kernels.activation.relu, x)`.
#pragma once
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/loop.h"
#include "tenon/core/promotion.h"

namespace tenon::inline v0::detail {

using ElementwiseSlot = Slot<ElementwiseKernel>;

/// float32 for integers and bool, which ops with fractional results compute in; else the dtype itself.
inline DType floating_for(DType t) { return is_floating(t) ? t : float32; }

/// One input, an output of dtype `result` (default: the input's).
Array unary(const ElementwiseSlot& slot, const Array& x);
Array unary(const ElementwiseSlot& slot, const Array& x, DType result);
/// One input and an output of its dtype; integers and bool are cast to float32 first.
Array unary_on_floats(const ElementwiseSlot& slot, const Array& x);
/// Two inputs, promoted and broadcast; `result` is the output's dtype, the promoted one by default.
Array binary(const ElementwiseSlot& slot, const Array& a, const Array& b);
Array binary(const ElementwiseSlot& slot, const Array& a, const Scalar& b);
Array binary(const ElementwiseSlot& slot, const Scalar& a, const Array& b);
/// The same with the dtype that the operands are cast to and the output's given.
Array binary_as(const ElementwiseSlot& slot, const Array& a, const Array& b, DType computed, DType result);
Array binary_as(const ElementwiseSlot& slot, const Array& a, const Scalar& b, DType computed, DType result);
Array binary_as(const ElementwiseSlot& slot, const Scalar& a, const Array& b, DType computed, DType result);
/// Any number of inputs that already have the dtypes the kernel wants. `names` are theirs, a word each, for errors.
Array elementwise(const ElementwiseSlot& slot, std::initializer_list<const Array*> inputs, DType result,
                  const char* names = "a b c d");
/// Writes into `out`, which every input broadcasts to and may share memory with. Counts as an in-place write by `op`.
/// Throws ShapeError where the result is larger than `out`, ValueError where elements of `out` share memory.
void elementwise_into(const ElementwiseSlot& slot, const Array& out, std::initializer_list<const Array*> inputs,
                      const char* op);
/// out = slot(out, number). The number travels in the loop: nothing is uploaded.
void elementwise_into(const ElementwiseSlot& slot, const Array& out, const Scalar& number, const char* op);
/// x itself, or its cast, which `holder` holds.
inline const Array& as_dtype(const Array& x, DType dtype, Array& holder) {
  if (x.dtype() == dtype) [[likely]]
    return x;
  return holder = cast(x, dtype);
}
/// A scalar as an operand: the bits of its value as `dtype`. Throws ValueError, naming the op, for an integer that the
/// dtype does not hold; a floating number beside integers is cast.
void put_scalar(const char* op, const Scalar& value, DType dtype, unsigned char (&to)[8]);
/// Where an integer lies beyond a dtype of integers: below it (-1), above it (1), or not (0).
int beyond(const Scalar& value, DType dtype);
/// Throws DeviceError, `add: a is on cuda:0, b is on cpu`, unless all that are defined are on the device of x. `names`
/// has a word for each, x first.
void check_same_device(const char* op, const Array& x, std::initializer_list<const Array*> others, const char* names);
/// The device of all, where 0-d CPU arrays go along with any. Throws DeviceError in the same way.
Device common_device(const char* op, std::initializer_list<const Array*> inputs, const char* names);
[[noreturn]] void throw_devices_differ(const char* op, std::string_view a, Device of_a, std::string_view b,
                                       Device of_b);

}  // namespace tenon::inline v0::detail
