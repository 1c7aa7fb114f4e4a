#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/trigonometric.h"

namespace tenon::inline v0::cuda_backend {

void fill_trigonometric(Backend& backend) {
  TrigonometricKernels& k = backend.trigonometric;
  k.sin = unary<math::Sin, floating>;
  k.cos = unary<math::Cos, floating>;
  k.tan = unary<math::Tan, floating>;
  k.asin = unary<math::Asin, floating>;
  k.acos = unary<math::Acos, floating>;
  k.atan = unary<math::Atan, floating>;
  k.sinh = unary<math::Sinh, floating>;
  k.cosh = unary<math::Cosh, floating>;
  k.atan2 = binary<math::Atan2, floating>;
}

}  // namespace tenon::inline v0::cuda_backend
