#include "tenon/optim/schedule.h"

#include <cmath>
#include <numbers>

namespace tenon::inline v0::optim {

Schedule::Schedule(Optimizer& optimizer, int64_t warmup, double warmup_start)
    : optimizer_(&optimizer), warmup_(warmup), warmup_start_(warmup_start) {
  for (size_t g = 0; g < optimizer.group_count(); ++g) base_.push_back(optimizer.lr(g));
}

void Schedule::seek(int64_t position) {
  position_ = position;
  for (size_t g = 0; g < base_.size(); ++g) {
    const double done = static_cast<double>(position) / static_cast<double>(warmup_);
    const bool warm = position >= warmup_;
    optimizer_->set_lr(
        g, warm ? rate(base_[g], position - warmup_) : base_[g] * (warmup_start_ + (1 - warmup_start_) * done));
  }
}

ConstantLR::ConstantLR(ConstantLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, options.warmup, options.warmup_start) {
  begin();
}

StepLR::StepLR(StepLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, options.warmup, options.warmup_start), options_(options) {
  begin();
}
double StepLR::rate(double base, int64_t position) const {
  return base * std::pow(options_.gamma, static_cast<double>(position / options_.step_size.value));
}

CosineAnnealingLR::CosineAnnealingLR(CosineAnnealingLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, options.warmup, options.warmup_start), options_(options) {
  begin();
}
double CosineAnnealingLR::rate(double base, int64_t position) const {
  const double turn = static_cast<double>(position) / static_cast<double>(int64_t{options_.T_max.value});
  return options_.eta_min + (base - options_.eta_min) * (1 + std::cos(std::numbers::pi * turn)) / 2;
}

}  // namespace tenon::inline v0::optim
