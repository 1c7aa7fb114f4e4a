#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/exponential.h"

namespace tenon::inline v0::cuda_backend {

void fill_exponential(Backend& backend) {
  ExponentialKernels& k = backend.exponential;
  k.exp = unary<math::Exp, floating>;
  k.expm1 = unary<math::Expm1, floating>;
  k.log = unary<math::Log, floating>;
  k.log1p = unary<math::Log1p, floating>;
  k.log2 = unary<math::Log2, floating>;
  k.sqrt = unary<math::Sqrt, floating>;
  k.rsqrt = unary<math::Rsqrt, floating>;
  k.erf = unary<math::Erf, floating>;
  k.pow = binary<math::Pow, numeric>;
}

}  // namespace tenon::inline v0::cuda_backend
