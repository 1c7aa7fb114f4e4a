#include "tenon/optim/schedule.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/optim/detail/state_values.h"

namespace tenon::inline v0::optim {

Schedule::Schedule(Optimizer& optimizer, int64_t warmup, double warmup_start)
    : optimizer_(&optimizer), warmup_(warmup), warmup_start_(warmup_start) {
  for (size_t g = 0; g < optimizer.group_count(); ++g) base_.push_back(optimizer.lr(g));
}

void Schedule::set(std::vector<double> base, int64_t position) {
  TENON_CHECK(position >= 0, ValueError, "schedule: position must not be negative, got ", position);
  std::vector<double> rates;
  for (double full : base) {
    const double done = (static_cast<double>(position) + 1) / static_cast<double>(warmup_);
    const bool warm = position >= warmup_;
    rates.push_back(warm ? rate(full, position - warmup_) : full * (warmup_start_ + (1 - warmup_start_) * done));
    TENON_CHECK(rates.back() >= 0, ValueError, "schedule: lr must not be negative, got ", rates.back());
  }
  base_ = std::move(base);
  position_ = position;
  for (size_t g = 0; g < rates.size(); ++g) optimizer_->set_lr(g, rates[g]);
}

StateDict Schedule::state() const { return {{"position", full({}, position_, int64)}, {"base_lr", array(base_)}}; }

void Schedule::load_state(const StateDict& state) {
  const std::vector<Array> values = values_of(state, {"position", "base_lr"});
  TENON_CHECK(!values.empty(), ValueError, "load_state: a schedule's state is position and base_lr");
  const Array rates = values[1].cpu().to(float64);
  const Shape expected{static_cast<int64_t>(base_.size())};
  TENON_CHECK(rates.shape() == expected, ValueError, "load_state: the schedule has base_lr ", expected, ", the state ",
              rates.shape());
  const auto position = values[0].item<int64_t>();
  const auto view = rates.view<const double, 1>();
  std::vector<double> base;
  for (int64_t g = 0; g < rates.size(0); ++g) {
    TENON_CHECK(view(g) >= 0, ValueError, "load_state: base_lr must not be negative, got ", view(g));
    base.push_back(view(g));
  }
  set(std::move(base), position);
}

namespace {

void check_warmup_start(double start) {
  TENON_CHECK(start >= 0 && start <= 1, ValueError, "warmup_start must lie in [0, 1], got ", start);
}

}  // namespace

void ConstantLROptions::check() const { check_warmup_start(warmup_start); }
void StepLROptions::check() const {
  TENON_CHECK(gamma >= 0, ValueError, "gamma must not be negative, got ", gamma);
  check_warmup_start(warmup_start);
}
void CosineAnnealingLROptions::check() const {
  TENON_CHECK(eta_min >= 0, ValueError, "eta_min must not be negative, got ", eta_min);
  check_warmup_start(warmup_start);
}

ConstantLR::ConstantLR(ConstantLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, checked("ConstantLR", options).warmup, options.warmup_start) {
  begin();
}

StepLR::StepLR(StepLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, checked("StepLR", options).warmup, options.warmup_start), options_(options) {
  begin();
}
double StepLR::rate(double base, int64_t position) const {
  return base * std::pow(options_.gamma, static_cast<double>(position / options_.step_size.value));
}

CosineAnnealingLR::CosineAnnealingLR(CosineAnnealingLROptions options, Optimizer& optimizer)
    : Schedule(optimizer, checked("CosineAnnealingLR", options).warmup, options.warmup_start), options_(options) {
  begin();
}
double CosineAnnealingLR::rate(double base, int64_t position) const {
  const double turn = static_cast<double>(position) / static_cast<double>(int64_t{options_.T_max.value});
  return options_.eta_min + (base - options_.eta_min) * (1 + std::cos(std::numbers::pi * turn)) / 2;
}

}  // namespace tenon::inline v0::optim
