#include "tenon/nn/conv.h"

#include "tenon/autograd/ops/conv.h"
#include "tenon/core/check.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

namespace {

std::string pair_text(Pair p) { return p.h == p.w ? text(p.h) : text("{", p.h, ", ", p.w, "}"); }

int64_t fan_in_of(const Conv2dOptions& o) { return o.in / o.groups * o.kernel.value.h * o.kernel.value.w; }

Conv2dOptions checked(Conv2dOptions options) {
  options.check();
  return options;
}

}  // namespace

void Conv2dOptions::check() const {
  const Pair k = kernel;
  TENON_CHECK(k.h > 0 && k.w > 0, ValueError, "kernel must be positive, got ", pair_text(k));
  TENON_CHECK(stride.h > 0 && stride.w > 0, ValueError, "stride must be positive, got ", pair_text(stride));
  TENON_CHECK(padding.h >= 0 && padding.w >= 0, ValueError, "padding must not be negative, got ", pair_text(padding));
  TENON_CHECK(dilation.h > 0 && dilation.w > 0, ValueError, "dilation must be positive, got ", pair_text(dilation));
  TENON_CHECK(in % groups == 0 && out % groups == 0, ValueError, "groups ", int64_t{groups}, " divides not both in ",
              int64_t{in.value}, " and out ", int64_t{out.value});
}

Conv2d::Conv2d(Conv2dOptions options)
    : options_(checked(options)),
      weight(part("weight", Parameter(init::fan_in_uniform({options.out, options.in / options.groups,
                                                            options.kernel.value.h, options.kernel.value.w},
                                                           fan_in_of(options))))),
      bias(optional_part("bias", options.bias ? init::fan_in_uniform({options.out}, fan_in_of(options)) : Array())) {}

bool Conv2d::fuses(Activation activation) const {
  return activation != Activation::none && options_.activation == Activation::none;
}

Tensor Conv2d::forward_with(const Tensor& x, Activation activation) {
  const int64_t in = options_.in.value;
  TENON_CHECK(x.ndim() == 4, ShapeError, "expected an input [batch, channels, height, width], got ", x.shape());
  TENON_CHECK(x.size(1) == in, ShapeError, "expected ", in, in == 1 ? " input channel" : " input channels", ", got ",
              x.size(1), " (input ", x.shape(), ")");
  return conv2d(x, weight, bias,
                {.stride = options_.stride,
                 .padding = options_.padding,
                 .dilation = options_.dilation,
                 .groups = options_.groups,
                 .activation = activation});
}

std::string Conv2d::description() const {
  std::string all = text("in=", int64_t{options_.in.value}, ", out=", int64_t{options_.out.value},
                         ", kernel=", pair_text(options_.kernel));
  if (options_.stride != Pair(1)) all += ", stride=" + pair_text(options_.stride);
  if (options_.padding != Pair(0)) all += ", padding=" + pair_text(options_.padding);
  if (options_.dilation != Pair(1)) all += ", dilation=" + pair_text(options_.dilation);
  if (options_.groups != 1) all += text(", groups=", int64_t{options_.groups});
  if (!options_.bias) all += ", bias=false";
  return all;
}

}  // namespace tenon::inline v0::nn
