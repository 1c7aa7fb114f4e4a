#pragma once
#include "tenon/core/options.h"
#include "tenon/optim/optimizer.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

/// Sets the learning rates of an optimizer as training goes on. `step()` is called after each epoch, or each batch:
/// whatever the options count. During the first `warmup` positions the rate rises linearly: at position t it is
/// warmup_start + (1 - warmup_start) (t + 1) / warmup times its full value. The schedule itself begins behind them.
class Schedule {
 public:
  virtual ~Schedule() = default;
  /// The next position: sets the rates that hold from now on. There is none behind the largest number.
  void step() { seek(position_ < INT64_MAX ? position_ + 1 : position_); }
  /// How many steps there were.
  int64_t position() const { return position_; }
  /// Sets the rates of a position, from the full rates that the optimizer had when the schedule was made. Throws
  /// ValueError, and changes nothing, for a negative position or where a rate would be negative or nan.
  void seek(int64_t position) { set(base_, position); }

  /// `position` and `base_lr`, the full rates: an optimizer's state has only the present ones.
  StateDict state() const;
  /// Goes on where the state was taken. Throws ValueError, and changes nothing, where it does not fit.
  void load_state(const StateDict& state);

 protected:
  /// The optimizer must live longer. Its present rates are the full ones.
  Schedule(Optimizer& optimizer, int64_t warmup, double warmup_start);
  /// The rate that a full rate of `base` has at a position behind the warm-up.
  virtual double rate(double base, int64_t position) const = 0;
  /// At the end of a constructor: the rates of position 0.
  void begin() { seek(0); }

 private:
  void set(std::vector<double> base, int64_t position);

  Optimizer* optimizer_;
  std::vector<double> base_;
  int64_t warmup_, position_ = 0;
  double warmup_start_;
};

struct ConstantLROptions {
  Count warmup = 0;
  double warmup_start = 0;

  using O = ConstantLROptions;
  using fields = Fields<&O::warmup, &O::warmup_start>;
  /// Throws ValueError.
  void check() const;
};
/// The full rate, after a linear warm-up.
class ConstantLR : public Schedule {
 public:
  using Options = ConstantLROptions;
  ConstantLR(ConstantLROptions options, Optimizer& optimizer);

 protected:
  double rate(double base, int64_t) const override { return base; }
};

struct StepLROptions {
  Required<Size> step_size;
  double gamma = 0.1;
  Count warmup = 0;
  double warmup_start = 0;

  using O = StepLROptions;
  using fields = Fields<&O::step_size, &O::gamma, &O::warmup, &O::warmup_start>;
  /// Throws ValueError.
  void check() const;
};
/// lr = base gamma^floor(t / step_size)
class StepLR : public Schedule {
 public:
  using Options = StepLROptions;
  StepLR(StepLROptions options, Optimizer& optimizer);

 protected:
  double rate(double base, int64_t position) const override;

 private:
  StepLROptions options_;
};

struct CosineAnnealingLROptions {
  Required<Size> T_max;  ///< steps from the full rate to the lowest
  double eta_min = 0;    ///< the lowest rate
  Count warmup = 0;
  double warmup_start = 0;

  using O = CosineAnnealingLROptions;
  using fields = Fields<&O::T_max, &O::eta_min, &O::warmup, &O::warmup_start>;
  /// Throws ValueError.
  void check() const;
};
/// lr = eta_min + (base - eta_min) (1 + cos(pi t / T_max)) / 2 (Loshchilov and Hutter, 2017, without restarts).
class CosineAnnealingLR : public Schedule {
 public:
  using Options = CosineAnnealingLROptions;
  CosineAnnealingLR(CosineAnnealingLROptions options, Optimizer& optimizer);

 protected:
  double rate(double base, int64_t position) const override;

 private:
  CosineAnnealingLROptions options_;
};

}  // namespace optim
}  // namespace v0
}  // namespace tenon
