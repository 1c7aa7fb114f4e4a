#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cuda_backend {

void fill_arithmetic(Backend& backend) {
  ArithmeticKernels& k = backend.arithmetic;
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

}  // namespace tenon::inline v0::cuda_backend
