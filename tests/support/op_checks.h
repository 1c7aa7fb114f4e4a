// What every row of the op table is held to. Each check returns what is wrong, or nothing.
#pragma once
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// Every listed dtype agrees with the reference, and every other one throws DTypeError. Integers wrap around. Another
/// device keeps the same bounds as the CPU; integers, and rows that say so, have the CPU's bits there.
std::string check_forward(const OpCase& row, Device device = cpu);
/// Operands of several floating dtypes are promoted as in PyTorch: the result's dtype is the one that holds all, values
/// are those of operands cast to it before, and each gradient returns in its operand's dtype. An op that keeps the
/// dtype of its first operand says so.
std::string check_mixed_dtypes(const OpCase& row);
/// Inside Autocast(bfloat16) and Autocast(float16) an op gives what it gives outside for operands cast as the row says,
/// whether they are float32, 16-bit or some of both, and gradients return in the dtypes of the leaves.
std::string check_autocast(const OpCase& row);
/// Transposed, sliced and expanded operands give what contiguous ones give; Tensors give what Arrays give.
std::string check_layouts(const OpCase& row);
/// float64 gradients agree with differences; fused and composed first gradients agree; layouts do not change them.
std::string check_gradients(const OpCase& row);
std::string check_second_gradients(const OpCase& row);
/// Operands with sizes of 0, and without axes, are refused by an Error or give what the reference gives, in Tensors
/// too, with gradients of the operands' shapes.
std::string check_degenerate(const OpCase& row);
/// An undefined Array or Tensor in the place of any operand is refused, naming the op, or means none where that may be.
std::string check_undefined(const OpCase& row);
/// Array and Tensor refuse what the row calls a misuse, with its text.
std::string check_misuses(const OpCase& row);
/// With set_deterministic(true) values and gradients are the same bits for 1, 2 and 3 threads, on operands so large
/// that the op enters parallel regions. Under a sanitizer on the row's own.
std::string check_threads(const OpCase& row);
/// Gradients in every floating dtype lie within ten times the row's bound of float64's on the CPU.
std::string check_gradient_dtypes(const OpCase& row, Device device = cpu);

// What another device is held to besides. What the CPU computes in float64, or on contiguous operands, is right.

/// Operands in every layout, in every dtype; gradients in float32.
std::string check_device_layouts(const OpCase& row, Device device);
/// Values and gradients of float32 and bfloat16 operands of at least so many elements.
std::string check_device_sizes(const OpCase& row, Device device, int64_t least);
/// With set_deterministic(true) two runs on such operands give the same bits, or an error that names the op.
std::string check_device_repeats(const OpCase& row, Device device, int64_t least);

}  // namespace tenon::testing
