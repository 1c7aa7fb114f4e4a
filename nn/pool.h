#pragma once
#include <optional>

#include "tenon/core/options.h"
#include "tenon/nn/fusion.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct MaxPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride = {};  ///< default: the kernel
  Pair padding = 0, dilation = 1;
  bool ceil_mode = false;  ///< a last window may reach beyond the padded image, if it begins within

  using O = MaxPool2dOptions;
  using fields = Fields<&O::kernel, &O::stride, &O::padding, &O::dilation, &O::ceil_mode>;
  /// Throws ValueError.
  void check() const;
};

/// The largest value of each window; nan if it holds one. [N, C, H, W] -> [N, C, H', W'], H' = (H + 2 padding -
/// dilation (kernel - 1) - 1) / stride + 1, rounded down, or up with `ceil_mode`. The padding is no candidate. Throws
/// ShapeError unless the input has four dimensions and the kernel fits it.
class MaxPool2d : public Layer, public Picking {
 public:
  using Options = MaxPool2dOptions;
  explicit MaxPool2d(const MaxPool2dOptions& options);
  explicit MaxPool2d(int64_t kernel) : MaxPool2d(MaxPool2dOptions{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override;
  bool commutes(Activation activation) const override;
  std::string description() const override;

 private:
  MaxPool2dOptions options_;
};

struct AvgPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride = {};  ///< default: the kernel
  Pair padding = 0;
  bool count_include_pad = true;  ///< padding counts as zeros in the mean; otherwise not at all

  using O = AvgPool2dOptions;
  using fields = Fields<&O::kernel, &O::stride, &O::padding, &O::count_include_pad>;
  /// Throws ValueError.
  void check() const;
};

/// The mean of each window. [N, C, H, W] -> [N, C, H', W'], H' = (H + 2 padding - kernel) / stride + 1, rounded down.
/// Throws ShapeError unless the input has four dimensions and the kernel fits it.
class AvgPool2d : public Layer {
 public:
  using Options = AvgPool2dOptions;
  explicit AvgPool2d(const AvgPool2dOptions& options);
  explicit AvgPool2d(int64_t kernel) : AvgPool2d(AvgPool2dOptions{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  AvgPool2dOptions options_;
};

struct AdaptiveAvgPool2dOptions {
  Required<Pair> size;  ///< of the output

  using O = AdaptiveAvgPool2dOptions;
  using fields = Fields<&O::size>;
  /// Throws ValueError.
  void check() const;
};

/// Means over windows that cover the image, whatever its size. [N, C, H, W] -> [N, C, size.h, size.w]; row i's window
/// goes from i H / size.h, rounded down, to (i + 1) H / size.h, rounded up, and columns likewise. Throws ShapeError
/// unless the input has four dimensions and pixels.
class AdaptiveAvgPool2d : public Layer {
 public:
  using Options = AdaptiveAvgPool2dOptions;
  explicit AdaptiveAvgPool2d(const AdaptiveAvgPool2dOptions& options);
  explicit AdaptiveAvgPool2d(int64_t size) : AdaptiveAvgPool2d(AdaptiveAvgPool2dOptions{.size = size}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  AdaptiveAvgPool2dOptions options_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
