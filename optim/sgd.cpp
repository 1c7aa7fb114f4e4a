#include "tenon/optim/sgd.h"

#include "tenon/core/check.h"

namespace tenon::inline v0::optim {

void SGDOptions::check() const {
  TENON_CHECK(lr >= 0, ValueError, "lr must not be negative, got ", lr);
  TENON_CHECK(momentum >= 0, ValueError, "momentum must not be negative, got ", momentum);
  TENON_CHECK(weight_decay >= 0, ValueError, "weight_decay must not be negative, got ", weight_decay);
  TENON_CHECK(!nesterov || (momentum > 0 && dampening == 0), ValueError, "nesterov needs a momentum and no dampening");
}

SGD::SGD(SGDOptions options, std::vector<Tensor> parameters) : SGD({{std::move(parameters), options}}) {}
SGD::SGD(std::vector<Tensor> parameters, SGDOptions options) : SGD({{std::move(parameters), options}}) {}
SGD::SGD(const std::vector<ParameterGroup<SGDOptions>>& groups) : OptimizerWith("SGD", groups) {}

void SGD::update(size_t group, const Update& update) {
  const SGDOptions& o = options(group);
  const std::span<const Array> velocities = update.states.empty() ? std::span<const Array>() : update.states[0];
  sgd_update(update.parameters, update.gradients, velocities,
             {.lr = o.lr,
              .step = update.step,
              .momentum = o.momentum,
              .dampening = o.dampening,
              .weight_decay = o.weight_decay,
              .nesterov = o.nesterov},
             update.guard);
}

std::vector<std::string> SGD::state_names(size_t group) const {
  if (options(group).momentum == 0) return {};
  return {"momentum_buffer"};
}

}  // namespace tenon::inline v0::optim
