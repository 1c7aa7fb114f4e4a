#include "tenon/optim/registry.h"

#include "tenon/optim/adam.h"
#include "tenon/optim/sgd.h"

namespace tenon::inline v0::optim {

Registry<Optimizer, std::vector<Tensor>>& optimizers() {
  static auto registry = [] {
    Registry<Optimizer, std::vector<Tensor>> all("optimizer");
    all.add<Adam>("Adam");
    all.add<AdamW>("AdamW");
    all.add<SGD>("SGD");
    return all;
  }();
  return registry;
}

Registry<Schedule, Optimizer&>& schedules() {
  static auto registry = [] {
    Registry<Schedule, Optimizer&> all("schedule");
    all.add<ConstantLR>("ConstantLR");
    all.add<CosineAnnealingLR>("CosineAnnealingLR");
    all.add<StepLR>("StepLR");
    return all;
  }();
  return registry;
}

}  // namespace tenon::inline v0::optim
