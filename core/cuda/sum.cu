#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/reduce.cuh"
#include "tenon/core/math/softmax.h"
#include "tenon/core/math/sum.h"

namespace tenon::inline v0::cuda_backend {

namespace {

constexpr DTypes summed = floating | dtypes(int64);

Status sum(const Loop& loop, const Launch& launch) { return reduction<math::Sum, summed>(loop, launch, false); }
Status mean(const Loop& loop, const Launch& launch) { return reduction<math::Sum, summed>(loop, launch, true); }

template <template <class> class M, DTypes Accepted = floating>
Status kernel(const Loop& loop, const Launch& launch) {
  return reduction<M, Accepted>(loop, launch);
}

Status variance(const Loop& loop, VarianceOptions options, const Launch& launch) {
  return reduction<math::Variance, floating>(loop, launch, options.correction, options.root);
}

}  // namespace

void fill_sum(Backend& backend) {
  SumKernels& k = backend.sum;
  k.sum = sum;
  k.mean = mean;
  k.prod = kernel<math::Prod, summed>;
  k.logsumexp = kernel<math::LogSumExp>;
  k.norm1 = kernel<math::Norm1>;
  k.norm2 = kernel<math::Norm2>;
  k.norm_inf = kernel<math::NormInf>;
  k.var = variance;
  k.std = variance;
}

}  // namespace tenon::inline v0::cuda_backend
