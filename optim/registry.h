#pragma once
#include "tenon/core/registry.h"
#include "tenon/optim/schedule.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

/// The optimizers and schedules that a config can name. A program adds its own.
Registry<Optimizer, std::vector<Tensor>>& optimizers();
Registry<Schedule, Optimizer&>& schedules();

}  // namespace optim
}  // namespace v0
}  // namespace tenon
