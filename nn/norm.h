#pragma once
#include <vector>

#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct BatchNorm2dOptions {
  Required<Size> channels;
  double eps = 1e-5;
  double momentum = 0.1;  ///< weight of the new batch in the running statistics
  bool affine = true;     ///< learn a scale and a shift
  bool track_running_stats = true;

  using O = BatchNorm2dOptions;
  using fields = Fields<&O::channels, &O::eps, &O::momentum, &O::affine, &O::track_running_stats>;
  /// Throws ValueError.
  void check() const;
};

/// y = (x - mean) / sqrt(var + eps) * weight + bias for each channel of [N, channels, H, W] (Ioffe and Szegedy, 2015).
/// In training mean and (biased) variance are the batch's, and the running ones become (1 - momentum) running +
/// momentum new (with the unbiased variance); in evaluation the running ones are used. Throws ShapeError for another
/// number of channels, and in training for one value a channel, which has no variance.
class BatchNorm2d : public Layer {
 public:
  using Options = BatchNorm2dOptions;
  explicit BatchNorm2d(BatchNorm2dOptions options);
  explicit BatchNorm2d(int64_t channels) : BatchNorm2d(BatchNorm2dOptions{.channels = channels}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  BatchNorm2dOptions options_;

 public:
  Parameter weight, bias;            ///< [channels]; not defined without `affine`
  Buffer running_mean, running_var;  ///< [channels]; not defined without `track_running_stats`
  Buffer num_batches_tracked;        ///< how many batches the running statistics have seen
};

struct LayerNormOptions {
  Required<std::vector<int64_t>> shape;  ///< of the trailing axes that are normalised together
  double eps = 1e-5;
  bool affine = true;

  using O = LayerNormOptions;
  using fields = Fields<&O::shape, &O::eps, &O::affine>;
  /// Throws ValueError.
  void check() const;
};

/// y = (x - mean) / sqrt(var + eps) * weight + bias, mean and (biased) variance over the trailing axes `shape` (Ba et
/// al., 2016). Throws ShapeError where the input does not end in them.
class LayerNorm : public Layer {
 public:
  using Options = LayerNormOptions;
  explicit LayerNorm(LayerNormOptions options);
  explicit LayerNorm(int64_t features) : LayerNorm(LayerNormOptions{.shape = std::vector<int64_t>{features}}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  LayerNormOptions options_;

 public:
  Parameter weight, bias;  ///< `shape`; not defined without `affine`
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
