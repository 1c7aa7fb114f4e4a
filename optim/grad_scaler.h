#pragma once
#include <optional>
#include <vector>

#include "tenon/autograd/tensor.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/options.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

class Optimizer;

struct GradScalerOptions {
  double init_scale = 65536;
  double growth_factor = 2;     ///< after growth_interval iterations in a row without overflow
  double backoff_factor = 0.5;  ///< after an overflow
  Size growth_interval = 2000;
  bool enabled = true;

  using O = GradScalerOptions;
  using fields = Fields<&O::init_scale, &O::growth_factor, &O::backoff_factor, &O::growth_interval, &O::enabled>;
  /// Throws ValueError.
  void check() const;
};

/// Keeps small gradients of float16 computations from vanishing: the loss is multiplied by a scale as large as the
/// gradients bear, and the optimizer sees them divided by it. A step whose gradients overflowed changes nothing, and
/// does not count. As PyTorch's GradScaler, but for a scale that stays above 0, at 2^-100:
///
///     scaler.scale(loss).backward();
///     scaler.unscale_(optimizer);                             // only if somebody looks at the gradients: to clip them
///     optim::clip_grad_norm(optimizer.parameters(), 1);
///     scaler.step(optimizer);
///     scaler.update();
///
/// Scale and flags live on the device of the first loss; no call but get_scale, state and load_state waits for it. The
/// parameters are on that device, else unscale_ and step throw DeviceError. Where it is not enabled, nothing is scaled,
/// and step is the optimizer's.
class GradScaler {
 public:
  /// Throws ValueError.
  explicit GradScaler(const GradScalerOptions& options = {});

  /// loss times scale
  Tensor scale(const Tensor& loss);
  /// Divides the optimizer's gradients by the scale, so that they can be looked at. step does it by itself where this
  /// was not called, in passing: the gradients themselves stay as they are. Throws ValueError before the first scale,
  /// where it was called before since the last update, after step, and for gradients in float16, which would lose what
  /// the scale has kept.
  void unscale_(const Optimizer& optimizer);
  /// A step of the optimizer, unless one of its gradients is not finite. The scaler's guard stands in for its own.
  /// Throws ValueError before the first scale, where it was called before since the last update, and for an optimizer
  /// none of whose parameters has a gradient.
  void step(Optimizer& optimizer);
  /// At the end of an iteration, after the steps of all optimizers: the scale follows what became of the gradients.
  /// Throws ValueError where there was no gradient to look at.
  void update();
  /// The same, but the scale becomes what is given. Throws ValueError for one that is not positive or not finite.
  void update(double scale);

  /// 1 where it is not enabled. Waits for the device.
  double get_scale() const;
  const GradScalerOptions& options() const { return options_; }

  /// scale, growth_factor, backoff_factor, growth_interval, growth_tracker; nothing where it is not enabled.
  StateDict state() const;
  /// Throws ValueError, and changes nothing, where it does not fit. Where it is not enabled, it does nothing.
  void load_state(const StateDict& state);

 private:
  /// An optimizer in this iteration.
  struct Seen {
    const Optimizer* optimizer;
    bool unscaled, stepped;
  };
  void check_scaled(const char* call) const;
  /// The optimizer's gradients, by dtype. Throws DeviceError for one that is not where the loss was.
  std::vector<std::vector<Array>> gradients(const Optimizer& optimizer, const char* call) const;
  size_t see(const Optimizer& optimizer);
  Array flag(size_t number) const;

  GradScalerOptions options_;
  double first_scale_;        // before there is an array
  int64_t first_growth_ = 0;  // likewise
  Array scale_, inverse_;     // float32
  Array growth_;              // int32: iterations since the scale changed
  Array found_bad_;           // bool [n]: one for each optimizer of an iteration
  std::vector<Seen> seen_;
};

}  // namespace optim
}  // namespace v0
}  // namespace tenon
