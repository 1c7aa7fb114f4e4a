#include "tenon/nn/pool.h"

#include "tenon/autograd/ops/pool.h"
#include "tenon/core/text.h"

namespace tenon::inline v0::nn {

namespace {

std::string window_text(Pair kernel, const std::optional<Pair>& stride) {
  const auto one = [](Pair p) { return p.h == p.w ? text(p.h) : text("{", p.h, ", ", p.w, "}"); };
  return "kernel=" + one(kernel) + (stride ? ", stride=" + one(*stride) : "");
}

}  // namespace

Tensor MaxPool2d::forward(const Tensor& x) {
  return max_pool2d(x, {.kernel = options_.kernel,
                        .stride = options_.stride,
                        .padding = options_.padding,
                        .dilation = options_.dilation,
                        .ceil_mode = options_.ceil_mode});
}
std::string MaxPool2d::description() const { return window_text(options_.kernel, options_.stride); }

Tensor AvgPool2d::forward(const Tensor& x) {
  return avg_pool2d(x, {.kernel = options_.kernel,
                        .stride = options_.stride,
                        .padding = options_.padding,
                        .count_include_pad = options_.count_include_pad});
}
std::string AvgPool2d::description() const { return window_text(options_.kernel, options_.stride); }

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) { return adaptive_avg_pool2d(x, options_.size); }
std::string AdaptiveAvgPool2d::description() const {
  const Pair size = options_.size;
  return text("size={", size.h, ", ", size.w, "}");
}

}  // namespace tenon::inline v0::nn
