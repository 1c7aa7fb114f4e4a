#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/activation.h"

namespace tenon::inline v0::cuda_backend {

void fill_activation(Backend& backend) {
  ActivationKernels& k = backend.activation;
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

}  // namespace tenon::inline v0::cuda_backend
