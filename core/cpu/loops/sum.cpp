#include "tenon/core/math/sum.h"

#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/reduce.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

// In files of their own: compile time.
void fill_logsumexp(SumKernels& kernels);
void fill_norms(SumKernels& kernels);
void fill_variance(SumKernels& kernels);

namespace {

constexpr DTypes summed = floating | dtypes(int64);

Status sum(const Loop& loop, const Launch& launch) { return reduction<math::Sum, summed>(loop, launch, false); }
Status mean(const Loop& loop, const Launch& launch) { return reduction<math::Sum, summed>(loop, launch, true); }
Status prod(const Loop& loop, const Launch& launch) { return reduction<math::Prod, summed>(loop, launch); }

}  // namespace

void fill_sum(SumKernels& k) {
  k.sum = sum;
  k.mean = mean;
  k.prod = prod;
  fill_logsumexp(k);
  fill_norms(k);
  fill_variance(k);
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
