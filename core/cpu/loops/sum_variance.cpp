#include "tenon/core/cpu/loops/reduce.h"
#include "tenon/core/math/sum.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

Status variance(const Loop& loop, VarianceOptions options, const Launch& launch) {
  return reduction<math::Variance, floating>(loop, launch, options.correction, options.root);
}

}  // namespace

void fill_variance(SumKernels& k) {
  k.var = variance;
  k.std = variance;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
