#include "tenon/core/cpu/loops/reduce.h"
#include "tenon/core/math/sum.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

template <template <class> class R>
Status norm(const Loop& loop, const Launch& launch) {
  return reduction<R, floating>(loop, launch);
}

}  // namespace

void fill_norms(SumKernels& k) {
  k.norm1 = norm<math::Norm1>;
  k.norm2 = norm<math::Norm2>;
  k.norm_inf = norm<math::NormInf>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
