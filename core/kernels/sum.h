#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Operands: out, x; the output's stride is 0 along the reduced axes, and its elements are written, not added to.
using ReductionKernel = ElementwiseKernel;

/// Squared differences from the mean, divided by max(0, count - correction); `root` takes the square root.
struct VarianceOptions {
  double correction;
  bool root;
};
using VarianceKernel = Status(const Loop&, VarianceOptions, const Launch&);

struct SumKernels {
  Slot<ReductionKernel> sum{"sum", floating | dtypes(int64)}, mean{"mean", floating},
      prod{"prod", floating | dtypes(int64)}, logsumexp{"logsumexp", floating};
  Slot<ReductionKernel> norm1{"norm", floating}, norm2{"norm", floating}, norm_inf{"norm", floating};
  Slot<VarianceKernel> var{"var", floating}, std{"std", floating};
};

}  // namespace v0
}  // namespace tenon
