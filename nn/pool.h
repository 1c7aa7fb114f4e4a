#pragma once
#include <optional>

#include "tenon/core/options.h"
#include "tenon/nn/module.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

struct MaxPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride = {};  ///< default: the kernel
  Pair padding = 0, dilation = 1;
  bool ceil_mode = false;

  using O = MaxPool2dOptions;
  using fields = Fields<&O::kernel, &O::stride, &O::padding, &O::dilation, &O::ceil_mode>;
};

/// The largest value of each window. [N, C, H, W] -> [N, C, H', W'].
class MaxPool2d : public Layer {
 public:
  using Options = MaxPool2dOptions;
  explicit MaxPool2d(MaxPool2dOptions options) : options_(options) {}
  explicit MaxPool2d(int64_t kernel) : MaxPool2d(MaxPool2dOptions{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  MaxPool2dOptions options_;
};

struct AvgPool2dOptions {
  Required<Pair> kernel;
  std::optional<Pair> stride = {};  ///< default: the kernel
  Pair padding = 0;
  bool count_include_pad = true;  ///< padding counts as zeros in the mean

  using O = AvgPool2dOptions;
  using fields = Fields<&O::kernel, &O::stride, &O::padding, &O::count_include_pad>;
};

/// The mean of each window. [N, C, H, W] -> [N, C, H', W'].
class AvgPool2d : public Layer {
 public:
  using Options = AvgPool2dOptions;
  explicit AvgPool2d(AvgPool2dOptions options) : options_(options) {}
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
};

/// Means over windows that divide the image into `size` parts. [N, C, H, W] -> [N, C, size.h, size.w].
class AdaptiveAvgPool2d : public Layer {
 public:
  using Options = AdaptiveAvgPool2dOptions;
  explicit AdaptiveAvgPool2d(AdaptiveAvgPool2dOptions options) : options_(options) {}
  explicit AdaptiveAvgPool2d(int64_t size) : AdaptiveAvgPool2d(AdaptiveAvgPool2dOptions{.size = size}) {}
  Tensor forward(const Tensor& x) override;
  std::string description() const override;

 private:
  AdaptiveAvgPool2dOptions options_;
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
