#include "tenon/core/math/activation.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_activation(ActivationKernels& k) {
  k.relu = unary<math::Relu, numeric>;
  k.relu_grad = binary<math::ReluGrad, floating>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
