#pragma once
#include "tenon/core/options.h"
#include "tenon/nn/fusion.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct Conv2dOptions {
  Required<Size> in, out;  ///< channels
  Required<Pair> kernel;   ///< height and width
  Pair stride = 1, padding = 0, dilation = 1;
  Size groups = 1;
  bool bias = true;
  Activation activation = Activation::none;  ///< applied to the result in the same pass

  using O = Conv2dOptions;
  using fields =
      Fields<&O::in, &O::out, &O::kernel, &O::stride, &O::padding, &O::dilation, &O::groups, &O::bias, &O::activation>;
  /// Throws ValueError.
  void check() const;
};

/// Cross-correlation over images. [N, in, H, W] -> [N, out, H', W'], H' = (H + 2 padding - dilation (kernel - 1) - 1) /
/// stride + 1, rounded down. Parameters: weight [out, in / groups, kernel.h, kernel.w], bias [out], both drawn from
/// U(-1/sqrt(fan_in), 1/sqrt(fan_in)). Throws ShapeError for another number of channels.
class Conv2d : public Layer, public Fusable {
 public:
  using Options = Conv2dOptions;
  explicit Conv2d(Conv2dOptions options);

  Tensor forward(const Tensor& x) override { return forward_with(x, options_.activation); }
  bool fuses(Activation activation) const override;
  Tensor forward_with(const Tensor& x, Activation activation) override;
  std::string description() const override;

 private:
  Conv2dOptions options_;

 public:
  Parameter weight, bias;  ///< bias is not defined without one
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
