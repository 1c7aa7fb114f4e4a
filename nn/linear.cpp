#include "tenon/nn/linear.h"

#include <typeinfo>

#include "tenon/autograd/ops/matmul.h"
#include "tenon/core/check.h"
#include "tenon/nn/describe.h"
#include "tenon/nn/init.h"

namespace tenon::inline v0::nn {

Linear::Linear(LinearOptions options)
    : options_(checked("Linear", options)),
      weight(part("weight", Parameter(init::fan_in_uniform({options.out, options.in}, options.in)))),
      bias(optional_part("bias", options.bias ? init::fan_in_uniform({options.out}, options.in) : Array())) {}

bool Linear::fuses(Activation activation) const {
  return typeid(*this) == typeid(Linear) && activation != Activation::none && options_.activation == Activation::none;
}

Tensor Linear::forward_with(const Tensor& x, Activation activation) {
  TENON_CHECK(x.ndim() > 0 && x.size(-1) == options_.in, ShapeError, "expected ", int64_t{options_.in.value},
              " input features, got ", x.ndim() ? x.size(-1) : 0, " (input ", x.shape(), ")");
  return linear(x, weight, bias, {.activation = activation});
}

std::string Linear::description() const { return describe(options_); }

}  // namespace tenon::inline v0::nn
