#include "tenon/core/math/exponential.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_exponential(ExponentialKernels& k) {
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

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
