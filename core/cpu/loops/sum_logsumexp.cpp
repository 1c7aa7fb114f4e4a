#include "tenon/core/cpu/loops/reduce.h"
#include "tenon/core/math/softmax.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

Status logsumexp(const Loop& loop, const Launch& launch) { return reduction<math::LogSumExp, floating>(loop, launch); }

}  // namespace

void fill_logsumexp(SumKernels& k) { k.logsumexp = logsumexp; }

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
