#include "tenon/optim/clip.h"

#include "tenon/core/check.h"
#include "tenon/core/ops/arithmetic.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/exponential.h"
#include "tenon/core/ops/layout.h"
#include "tenon/optim/optimizer.h"

namespace tenon::inline v0::optim {

Array clip_grad_norm(const std::vector<Tensor>& parameters, double max_norm) {
  TENON_CHECK(max_norm >= 0, ValueError, "clip_grad_norm: max_norm must not be negative, got ", max_norm);
  const auto kinds = by_kind(gradients_of(parameters));
  if (kinds.empty()) return zeros({});
  Array norm;
  for (const auto& gradients : kinds) {
    const Array part = list_norm(gradients);
    norm = norm.defined() ? sqrt(square(norm) + square(part.to(norm.device()))) : part;
  }
  for (const auto& gradients : kinds) {
    const DType dtype = gradients[0].dtype() == float64 ? float64 : float32;
    clip_list_(gradients, norm.to(gradients[0].device()).to(dtype), max_norm);
  }
  return norm;
}

void clip_grad_value(const std::vector<Tensor>& parameters, double max_value) {
  TENON_CHECK(max_value >= 0, ValueError, "clip_grad_value: max_value must not be negative, got ", max_value);
  for (const auto& gradients : by_kind(gradients_of(parameters))) clamp_list_(gradients, max_value);
}

}  // namespace tenon::inline v0::optim
