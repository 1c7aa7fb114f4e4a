#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// (x - mean) / sqrt(var + eps) * weight + bias, mean and (biased) variance over the last `axes` axes together.
/// weight and bias have the shape of those axes, or are not given. Throws ShapeError where shapes do not fit.
Array layer_norm(const Array& x, int64_t axes, const Array& weight = {}, const Array& bias = {}, double eps = 1e-5);

struct BatchNormOptions {
  bool training = false;
  double momentum = 0.1;  ///< weight of the new batch in the running statistics
  double eps = 1e-5;
};
/// (x - mean) / sqrt(var + eps) * weight + bias for each channel. x: [n, channels, ...]; all else [channels]; weight
/// and bias may be missing. In training mean and (biased) variance are those of x, and the running ones, if given, are
/// overwritten by (1 - momentum) running + momentum new, with the unbiased variance; else the running ones are used.
/// Throws ShapeError where shapes do not fit, ValueError where running statistics are missing.
Array batch_norm(const Array& x, const Array& weight, const Array& bias, const Array& running_mean,
                 const Array& running_var, const BatchNormOptions& options = {});

// What the gradients of both are made from: the statistics are kept from the forward pass.

struct Normalized {
  Array y, mean, rstd;  ///< rstd: 1 / sqrt(var + eps)
};
struct NormGradients {
  Array dx, dweight, dbias;  ///< those that were asked for
};
/// Which of them to compute.
struct NormWanted {
  bool dx, dweight, dbias;
};
Normalized layer_norm_with_statistics(const Array& x, int64_t axes, const Array& weight, const Array& bias, double eps);
NormGradients layer_norm_grad(const Array& dy, const Array& x, int64_t axes, const Array& mean, const Array& rstd,
                              const Array& weight, NormWanted wanted);
Normalized batch_norm_with_statistics(const Array& x, const Array& weight, const Array& bias, const Array& running_mean,
                                      const Array& running_var, const BatchNormOptions& options);
/// `training`: whether the statistics were those of x.
NormGradients batch_norm_grad(const Array& dy, const Array& x, const Array& mean, const Array& rstd,
                              const Array& weight, bool training, NormWanted wanted);

}  // namespace v0
}  // namespace tenon
