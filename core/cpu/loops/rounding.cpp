#include "tenon/core/math/rounding.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_rounding(RoundingKernels& k) {
  k.floor = unary<math::Floor, floating>;
  k.ceil = unary<math::Ceil, floating>;
  k.round = unary<math::Round, floating>;
  k.trunc = unary<math::Trunc, floating>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
