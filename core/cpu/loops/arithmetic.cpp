#include "tenon/core/math/arithmetic.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_arithmetic(ArithmeticKernels& k) {
  k.add = binary<math::Add, all_dtypes>;
  k.sub = binary<math::Sub, numeric>;
  k.mul = binary<math::Mul, all_dtypes>;
  k.div = binary<math::Div, floating>;
  k.maximum = binary<math::Maximum, all_dtypes>;
  k.minimum = binary<math::Minimum, all_dtypes>;
  k.remainder = binary<math::Remainder, numeric>;
  k.neg = unary<math::Neg, numeric>;
  k.abs = unary<math::Abs, numeric>;
  k.sign = unary<math::Sign, numeric>;
  k.square = unary<math::Square, numeric>;
  k.reciprocal = unary<math::Reciprocal, floating>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
