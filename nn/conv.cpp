#include "tenon/nn/conv.h"

#include <typeinfo>

#include "tenon/autograd/ops/conv.h"
#include "tenon/core/check.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

namespace {

int64_t fan_in_of(const Conv2dOptions& o) { return o.in / o.groups * o.kernel.value.h * o.kernel.value.w; }

}  // namespace

void Conv2dOptions::check() const {
  check_positive(kernel, "kernel");
  check_positive(stride, "stride");
  check_not_negative(padding, "padding");
  check_positive(dilation, "dilation");
  TENON_CHECK(in % groups == 0 && out % groups == 0, ValueError, "groups must divide in and out, got ", int64_t{groups},
              " for ", int64_t{in.value}, " and ", int64_t{out.value});
}

Conv2d::Conv2d(Conv2dOptions options)
    : options_(checked("Conv2d", options)),
      weight(part("weight", Parameter(init::fan_in_uniform({options.out, options.in / options.groups,
                                                            options.kernel.value.h, options.kernel.value.w},
                                                           fan_in_of(options))))),
      bias(optional_part("bias", options.bias ? init::fan_in_uniform({options.out}, fan_in_of(options)) : Array())) {}

bool Conv2d::fuses(Activation activation) const {
  return typeid(*this) == typeid(Conv2d) && activation != Activation::none && options_.activation == Activation::none;
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

std::string Conv2d::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
