#include "tenon/autograd/in_place.h"

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

void check_in_place(const char* op, const Tensor& x) {
  TENON_CHECK(!recording({x}), GradError, op, ": writes in place into a tensor that asks for gradients; use NoGrad");
}

void check_in_place(const char* op, const Tensor& x, const Tensor& operand) {
  check_in_place(op, x);
  TENON_CHECK(!recording({operand}), GradError, op,
              ": the operand asks for gradients, which an in-place write does not record; use NoGrad");
}

}  // namespace tenon::inline v0::detail
