#include "tenon/optim/grad_scaler.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/ops/update.h"
#include "tenon/optim/detail/state_values.h"
#include "tenon/optim/optimizer.h"

namespace tenon::inline v0::optim {

namespace {

/// A scale is float32 on the device, and so is its inverse.
bool is_scale(double value) {
  const auto scale = static_cast<float>(value);
  return value > 0 && std::isfinite(scale) && std::isfinite(1 / scale);
}

Array inverse_of(double scale, Device device) {
  return full({}, 1 / static_cast<double>(static_cast<float>(scale)), float32, device);
}

}  // namespace

void GradScalerOptions::check() const {
  TENON_CHECK(is_scale(init_scale), ValueError, "init_scale must be positive and finite, got ", init_scale);
  TENON_CHECK(growth_factor > 1 && std::isfinite(growth_factor), ValueError, "growth_factor must be above 1, got ",
              growth_factor);
  TENON_CHECK(backoff_factor > 0 && backoff_factor < 1, ValueError, "backoff_factor must lie in (0, 1), got ",
              backoff_factor);
  TENON_CHECK(growth_interval <= INT32_MAX, ValueError, "growth_interval must be at most ", INT32_MAX, ", got ",
              growth_interval.given());
}

GradScaler::GradScaler(const GradScalerOptions& options)
    : options_(checked("GradScaler", options)), first_scale_(options.init_scale) {}

Tensor GradScaler::scale(const Tensor& loss) {
  if (!options_.enabled) return loss;
  TENON_CHECK(loss.defined(), ValueError, "GradScaler::scale: the loss is not defined");
  if (!scale_.defined()) {
    const Device device = loss.device();
    scale_ = full({}, first_scale_, float32, device);
    inverse_ = inverse_of(first_scale_, device);
    growth_ = full({}, first_growth_, int32, device);
    found_bad_ = zeros({1}, bool_, device);
  }
  return loss * Tensor(scale_);
}

void GradScaler::check_scaled(const char* call) const {
  TENON_CHECK(scale_.defined(), ValueError, "GradScaler::", call, ": no loss was scaled yet");
}

Array GradScaler::flag(size_t number) const { return select(found_bad_, 0, static_cast<int64_t>(number)); }

/// Its number in this iteration, with which goes its flag.
size_t GradScaler::see(const Optimizer& optimizer) {
  const auto known = std::find_if(seen_.begin(), seen_.end(), [&](const Seen& s) { return s.optimizer == &optimizer; });
  const auto number = static_cast<size_t>(known - seen_.begin());
  if (known != seen_.end()) return number;
  seen_.push_back({&optimizer, false, false});
  const auto flags = static_cast<size_t>(found_bad_.numel());
  if (number >= flags) {
    const Array more = zeros({static_cast<int64_t>(2 * flags)}, bool_, found_bad_.device());
    copy_(slice(more, 0, 0, found_bad_.numel()), found_bad_);
    found_bad_ = more;
  }
  return number;
}

std::vector<std::vector<Array>> GradScaler::gradients(const Optimizer& optimizer, const char* call) const {
  auto kinds = by_kind(gradients_of(optimizer.parameters()));
  for (const auto& gradients : kinds) {
    TENON_CHECK(gradients[0].device() == scale_.device(), DeviceError, "GradScaler::", call, ": the loss was on ",
                scale_.device(), ", a parameter is on ", gradients[0].device());
  }
  return kinds;
}

void GradScaler::unscale_(const Optimizer& optimizer) {
  if (!options_.enabled) return;
  check_scaled("unscale_");
  const auto kinds = gradients(optimizer, "unscale_");
  for (const auto& gradients : kinds) {
    TENON_CHECK(gradients[0].dtype() != float16, ValueError,
                "GradScaler::unscale_: gradients in float16 would lose what the scale has kept");
  }
  if (kinds.empty()) return;
  const size_t number = see(optimizer);
  TENON_CHECK(!seen_[number].stepped, ValueError, "GradScaler::unscale_: called after step");
  TENON_CHECK(!seen_[number].unscaled, ValueError, "GradScaler::unscale_: called twice since the last update");
  for (const auto& gradients : kinds) {
    const bool wide = gradients[0].dtype() == float64;
    scale_list_(gradients, wide ? inverse_.to(float64) : inverse_, flag(number));
  }
  seen_[number].unscaled = true;
}

void GradScaler::step(Optimizer& optimizer) {
  if (!options_.enabled) return optimizer.step();
  check_scaled("step");
  const auto kinds = gradients(optimizer, "step");
  TENON_CHECK(!kinds.empty(), ValueError, "GradScaler::step: no parameter of the optimizer has a gradient");
  const size_t number = see(optimizer);
  TENON_CHECK(!seen_[number].stepped, ValueError, "GradScaler::step: called twice since the last update");
  const Array found_bad = flag(number);
  const bool unscaled = seen_[number].unscaled;
  if (!unscaled) {
    for (const auto& gradients : kinds) find_bad(gradients, found_bad);
  }
  optimizer.step({.inverse_scale = unscaled ? Array() : inverse_, .found_bad = found_bad});
  seen_[number].stepped = true;
}

void GradScaler::update() {
  if (!options_.enabled) return;
  check_scaled("update");
  TENON_CHECK(!seen_.empty(), ValueError, "GradScaler::update: no gradient was looked at since the last update");
  scaler_update({.growth_factor = options_.growth_factor,
                 .backoff_factor = options_.backoff_factor,
                 .growth_interval = static_cast<int32_t>(options_.growth_interval.given())},
                scale_, inverse_, growth_, found_bad_);
  seen_.clear();
}

void GradScaler::update(double scale) {
  if (!options_.enabled) return;
  check_scaled("update");
  TENON_CHECK(is_scale(scale), ValueError, "GradScaler::update: the scale must be positive and finite, got ", scale);
  copy_(scale_, full({}, scale, float32, scale_.device()));
  copy_(inverse_, inverse_of(scale, scale_.device()));
  copy_(found_bad_, zeros_like(found_bad_));
  seen_.clear();
}

double GradScaler::get_scale() const {
  if (!options_.enabled) return 1;
  return scale_.defined() ? scale_.item<double>() : first_scale_;
}

StateDict GradScaler::state() const {
  if (!options_.enabled) return {};
  return {{"scale", full({}, get_scale(), float64)},
          {"growth_factor", full({}, options_.growth_factor, float64)},
          {"backoff_factor", full({}, options_.backoff_factor, float64)},
          {"growth_interval", full({}, options_.growth_interval.given(), int64)},
          {"growth_tracker", full({}, growth_.defined() ? growth_.item<int64_t>() : first_growth_, int64)}};
}

void GradScaler::load_state(const StateDict& state) {
  if (!options_.enabled) return;
  const std::vector<Array> values =
      values_of(state, {"scale", "growth_factor", "backoff_factor", "growth_interval", "growth_tracker"});
  const bool numbers = std::all_of(values.begin(), values.end(), [](const Array& x) { return x.numel() == 1; });
  TENON_CHECK(!values.empty() && numbers, ValueError,
              "load_state: a GradScaler's state is scale, growth_factor, backoff_factor, growth_interval and "
              "growth_tracker, a number each",
              state.empty() ? "; this one is empty, as that of one which is not enabled" : "");
  const auto number = [&](size_t i) { return values[i].item<double>(); };
  GradScalerOptions options = options_;
  options.init_scale = number(0);
  options.growth_factor = number(1);
  options.backoff_factor = number(2);
  const auto interval = values[3].item<int64_t>(), growth = values[4].item<int64_t>();
  TENON_CHECK(interval >= 1, ValueError, "load_state: growth_interval must be positive, got ", interval);
  TENON_CHECK(growth >= 0 && growth <= INT32_MAX, ValueError, "load_state: growth_tracker must be a count, got ",
              growth);
  options.growth_interval = interval;
  options = checked("load_state", options);
  first_scale_ = options.init_scale;
  first_growth_ = growth;
  options.init_scale = options_.init_scale;
  options_ = options;
  // The next scale puts them on its device. What this iteration saw is over.
  scale_ = inverse_ = growth_ = found_bad_ = Array();
  seen_.clear();
}

}  // namespace tenon::inline v0::optim
