#include "tenon/nn/pool.h"

#include <typeinfo>

#include "tenon/autograd/ops/pool.h"
#include "tenon/core/check.h"
#include "tenon/nn/describe.h"

namespace tenon::inline v0::nn {

namespace {

void check_window(Pair kernel, const std::optional<Pair>& stride, Pair padding) {
  check_positive(kernel, "kernel");
  if (stride) check_positive(*stride, "stride");
  check_not_negative(padding, "padding");
  TENON_CHECK(2 * padding.h <= kernel.h && 2 * padding.w <= kernel.w, ValueError,
              "padding must be at most half the kernel, got ", pair_text(padding), " for a kernel of ",
              pair_text(kernel));
}

}  // namespace

void MaxPool2dOptions::check() const {
  check_window(kernel, stride, padding);
  check_positive(dilation, "dilation");
}
void AvgPool2dOptions::check() const { check_window(kernel, stride, padding); }
void AdaptiveAvgPool2dOptions::check() const { check_positive(size, "size"); }

MaxPool2d::MaxPool2d(const MaxPool2dOptions& options) : options_(checked("MaxPool2d", options)) {}
AvgPool2d::AvgPool2d(const AvgPool2dOptions& options) : options_(checked("AvgPool2d", options)) {}
AdaptiveAvgPool2d::AdaptiveAvgPool2d(const AdaptiveAvgPool2dOptions& options)
    : options_(checked("AdaptiveAvgPool2d", options)) {}

Tensor MaxPool2d::forward(const Tensor& x) {
  return max_pool2d(x, {.kernel = options_.kernel,
                        .stride = options_.stride,
                        .padding = options_.padding,
                        .dilation = options_.dilation,
                        .ceil_mode = options_.ceil_mode});
}
// relu leaves the order of what is positive, and passes no gradient where nothing is. A window that holds padding
// alone, which needs holes, gives -inf.
bool MaxPool2d::commutes(Activation activation) const {
  const Pair dilation = options_.dilation;
  return typeid(*this) == typeid(MaxPool2d) && activation == Activation::relu && dilation.h == 1 && dilation.w == 1;
}
std::string MaxPool2d::description() const { return describe(options_); }

Tensor AvgPool2d::forward(const Tensor& x) {
  return avg_pool2d(x, {.kernel = options_.kernel,
                        .stride = options_.stride,
                        .padding = options_.padding,
                        .count_include_pad = options_.count_include_pad});
}
std::string AvgPool2d::description() const { return describe(options_); }

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) { return adaptive_avg_pool2d(x, options_.size); }
std::string AdaptiveAvgPool2d::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
