#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/rounding.h"

namespace tenon::inline v0::cuda_backend {

void fill_rounding(Backend& backend) {
  RoundingKernels& k = backend.rounding;
  k.floor = unary<math::Floor, numeric>;
  k.ceil = unary<math::Ceil, numeric>;
  k.round = unary<math::Round, numeric>;
  k.trunc = unary<math::Trunc, numeric>;
}

}  // namespace tenon::inline v0::cuda_backend
