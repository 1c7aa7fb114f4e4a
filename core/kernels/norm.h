#pragma once
#include "tenon/core/kernels/axis.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

struct BatchNormSettings {
  double momentum, eps;
  bool training;
};

// Statistics (mean, and rstd = 1 / sqrt(var + eps)) are float32 for 16-bit x, else of x's dtype. `weight`, `bias`, and
// the results of a gradient that nobody asks for, may have no data. y, dx and dy lie as x does.

/// x: [outer, n]; statistics [outer], weight and bias [n].
using LayerNormKernel = Status(const View& y, const View& mean, const View& rstd, const View& x, const View& weight,
                               const View& bias, double eps, const AxisLoop&, const Launch&);
using LayerNormGradKernel = Status(const View& dx, const View& dweight, const View& dbias, const View& dy,
                                   const View& x, const View& mean, const View& rstd, const View& weight,
                                   const AxisLoop&, const Launch&);
/// x: [outer, n, inner]; everything else [n]. In training the statistics are those of x, and running_mean and
/// running_var, if they have data, move towards them (the variance unbiased); else they come from the running ones.
using BatchNormKernel = Status(const View& y, const View& mean, const View& rstd, const View& running_mean,
                               const View& running_var, const View& x, const View& weight, const View& bias,
                               const BatchNormSettings&, const AxisLoop&, const Launch&);
/// `training`: whether the statistics were those of x.
using BatchNormGradKernel = Status(const View& dx, const View& dweight, const View& dbias, const View& dy,
                                   const View& x, const View& mean, const View& rstd, const View& weight, bool training,
                                   const AxisLoop&, const Launch&);

struct NormKernels {
  Slot<LayerNormKernel> layer_norm{"layer_norm", floating};
  Slot<LayerNormGradKernel> layer_norm_grad{"layer_norm_grad", floating};
  Slot<BatchNormKernel> batch_norm{"batch_norm", floating};
  Slot<BatchNormGradKernel> batch_norm_grad{"batch_norm_grad", floating};
};

}  // namespace v0
}  // namespace tenon
