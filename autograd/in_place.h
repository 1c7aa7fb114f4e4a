// Internal: what every in-place op on Tensors checks first.
#pragma once
#include "tenon/autograd/record.h"

namespace tenon::inline v0::detail {

/// Throws GradError outside NoGrad if the target or the operand asks for gradients.
void check_in_place(const char* op, const Tensor& x);
void check_in_place(const char* op, const Tensor& x, const Tensor& operand);

}  // namespace tenon::inline v0::detail
