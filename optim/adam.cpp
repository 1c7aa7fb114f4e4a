#include "tenon/optim/adam.h"

#include "tenon/core/check.h"

namespace tenon::inline v0::optim {

void AdamOptions::check() const {
  TENON_CHECK(lr >= 0, ValueError, "lr must not be negative, got ", lr);
  TENON_CHECK(beta1 >= 0 && beta1 < 1, ValueError, "beta1 must lie in [0, 1), got ", beta1);
  TENON_CHECK(beta2 >= 0 && beta2 < 1, ValueError, "beta2 must lie in [0, 1), got ", beta2);
  TENON_CHECK(eps >= 0, ValueError, "eps must not be negative, got ", eps);
  TENON_CHECK(weight_decay >= 0, ValueError, "weight_decay must not be negative, got ", weight_decay);
}

Adam::Adam(AdamOptions options, std::vector<Tensor> parameters) : Adam({{std::move(parameters), options}}) {}
Adam::Adam(std::vector<Tensor> parameters, AdamOptions options) : Adam({{std::move(parameters), options}}) {}
Adam::Adam(const std::vector<ParameterGroup<AdamOptions>>& groups) : Adam("Adam", groups) {}
Adam::Adam(const char* name, const std::vector<ParameterGroup<AdamOptions>>& groups) : OptimizerWith(name, groups) {}

void Adam::update(size_t group, const Update& update) {
  const AdamOptions& o = options(group);
  adam_update(update.parameters, update.gradients, update.states[0], update.states[1],
              {.lr = o.lr,
               .step = update.step,
               .beta1 = o.beta1,
               .beta2 = o.beta2,
               .eps = o.eps,
               .weight_decay = o.weight_decay,
               .decoupled = decoupled()},
              update.guard);
}

std::vector<std::string> Adam::state_names(size_t) const { return {"exp_avg", "exp_avg_sq"}; }

namespace {

AdamOptions as_adam(const AdamWOptions& o) {
  return {.lr = o.lr, .beta1 = o.beta1, .beta2 = o.beta2, .eps = o.eps, .weight_decay = o.weight_decay};
}

std::vector<ParameterGroup<AdamOptions>> as_adam(const std::vector<ParameterGroup<AdamWOptions>>& groups) {
  std::vector<ParameterGroup<AdamOptions>> same;
  for (const auto& [parameters, options] : groups) same.push_back({parameters, as_adam(options)});
  return same;
}

}  // namespace

void AdamWOptions::check() const { as_adam(*this).check(); }

AdamW::AdamW(AdamWOptions options, std::vector<Tensor> parameters) : AdamW({{std::move(parameters), options}}) {}
AdamW::AdamW(std::vector<Tensor> parameters, AdamWOptions options) : AdamW({{std::move(parameters), options}}) {}
AdamW::AdamW(const std::vector<ParameterGroup<AdamWOptions>>& groups) : Adam("AdamW", as_adam(groups)) {}

}  // namespace tenon::inline v0::optim
