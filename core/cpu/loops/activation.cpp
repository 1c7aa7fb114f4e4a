#include "tenon/core/math/activation.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_activation(ActivationKernels& k) {
  k.relu = unary<math::Relu, numeric>;
  k.relu_grad = binary<math::ReluGrad, floating>;
  k.sigmoid = unary<math::Sigmoid, floating>;
  k.sigmoid_grad = binary<math::SigmoidGrad, floating>;
  k.tanh = unary<math::Tanh, floating>;
  k.tanh_grad = binary<math::TanhGrad, floating>;
  k.silu = unary<math::Silu, floating>;
  k.silu_grad = binary<math::SiluGrad, floating>;
  k.gelu = unary<math::Gelu, floating>;
  k.gelu_grad = binary<math::GeluGrad, floating>;
  k.gelu_tanh = unary<math::GeluTanh, floating>;
  k.gelu_tanh_grad = binary<math::GeluTanhGrad, floating>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
