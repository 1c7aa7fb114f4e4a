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
/// Throws ShapeError where shapes do not fit, ValueError where running statistics are missing, and in training where a
/// channel has a single value.
Array batch_norm(const Array& x, const Array& weight, const Array& bias, const Array& running_mean,
                 const Array& running_var, const BatchNormOptions& options = {});

// What the gradients of both are made from: the statistics are kept from the forward pass. They are float32 for 16-bit
// x, else of its dtype.

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
/// layer_norm and its statistics, one a row: [elements of x / elements of the last `axes` axes]. Same errors.
Normalized layer_norm_with_statistics(const Array& x, int64_t axes, const Array& weight, const Array& bias, double eps);
/// dx like x; dweight and dbias shaped like the last `axes` axes. With n = (x - mean) rstd and g = dy weight:
/// dx = rstd (g - mean(g) - n mean(g n)), dweight = sum(dy n), dbias = sum(dy). Throws ShapeError where dy, statistics
/// or weight do not fit x, DeviceError, DTypeError unless x is floating, ValueError for an array that is not defined.
NormGradients layer_norm_grad(const Array& dy, const Array& x, int64_t axes, const Array& mean, const Array& rstd,
                              const Array& weight, NormWanted wanted);
/// batch_norm and the statistics that it used, [channels]. Same errors.
Normalized batch_norm_with_statistics(const Array& x, const Array& weight, const Array& bias, const Array& running_mean,
                                      const Array& running_var, const BatchNormOptions& options);
/// The same gradients by channel, dweight and dbias [channels]. `training`: whether the statistics were those of x;
/// else dx = rstd g. Same errors.
NormGradients batch_norm_grad(const Array& dy, const Array& x, const Array& mean, const Array& rstd,
                              const Array& weight, bool training, NormWanted wanted);

}  // namespace v0
}  // namespace tenon
