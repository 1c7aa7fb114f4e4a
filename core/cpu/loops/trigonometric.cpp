#include "tenon/core/math/trigonometric.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_trigonometric(TrigonometricKernels& k) {
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

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
