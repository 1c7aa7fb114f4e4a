// The operands of a row: its own, and with other sizes.
#pragma once
#include "tenon/tests/support/op_case.h"

namespace tenon::testing {

/// The operands of a row, floating ones as `dtype`. Where that is an integer they cover its whole range.
Arrays make_inputs(const OpCase& row, DType dtype);
/// Other operands of that row's.
Arrays make_inputs(const std::string& row, const std::vector<Input>& inputs, DType dtype);

/// The row's operands with one size changed everywhere, or with all sizes, or with the first size of the first operand
/// alone. Not each of them fits the op.
std::vector<std::vector<Input>> resized(const OpCase& row, int64_t factor);
/// The same ways, each taken so far that an operand has `least` elements, or that the sizes together span many times as
/// many: a product's work grows faster than its operands.
std::vector<std::vector<Input>> enlarged(const OpCase& row, int64_t least);

}  // namespace tenon::testing
