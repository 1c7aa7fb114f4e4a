#include "tenon/core/math/rounding.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_rounding(RoundingKernels& k) {
  k.floor = unary<math::Floor, numeric>;
  k.ceil = unary<math::Ceil, numeric>;
  k.round = unary<math::Round, numeric>;
  k.trunc = unary<math::Trunc, numeric>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
