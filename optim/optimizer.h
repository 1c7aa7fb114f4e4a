#pragma once
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tenon/autograd/tensor.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/core/ops/update.h"
#include "tenon/core/options.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace optim {

/// Parameters that share options.
template <class Options>
struct ParameterGroup {
  std::vector<Tensor> parameters;
  Options options;
};

/// Changes parameters by their gradients. A parameter without gradient is left alone. Each step is one call of the
/// update kernel over those of a group's parameters that have one dtype, device and number of steps that counted. State
/// follows its parameter to another dtype or device.
class Optimizer {
 public:
  virtual ~Optimizer();

  /// One update of every parameter that has a gradient, under the guard. First of all, its `found_bad` becomes true
  /// where any gradient is not finite: then no parameter changes. Throws ShapeError, DTypeError, DeviceError for a
  /// gradient that does not fit its parameter, ReadOnlyError; calls of the update kernel that were done before stay
  /// done.
  void step();
  /// The same under another guard, whose `found_bad` is obeyed as it is: nobody looks at the gradients.
  void step(const UpdateGuard& guard);
  /// Lets go of all gradients: the next backward pass stores its own.
  void zero_grad() const;

  size_t group_count() const { return groups_.size(); }
  std::vector<Tensor> parameters() const;
  /// Throws IndexError for a group that there is not.
  double lr(size_t group = 0) const;
  /// Of one group, or of all. Throws ValueError for a rate that is negative or nan, IndexError.
  void set_lr(size_t group, double lr);
  void set_lr(double lr);

  /// What is to be multiplied into gradients, and where it is noted that one was not finite: see UpdateGuard. Steps
  /// that change nothing count neither in `state` nor for the next ones; the optimizer has its own `skipped` for that.
  void set_guard(UpdateGuard guard) { guard_ = std::move(guard); }
  const UpdateGuard& guard() const { return guard_; }

  /// `group.0.lr`, and for the parameters, counted over all groups, `0.step` and the optimizer's own: `0.exp_avg`.
  StateDict state() const;
  /// Throws ValueError, listing what does not fit or is there twice, and changes nothing then.
  void load_state(const StateDict& state);

 protected:
  Optimizer() = default;
  Optimizer(Optimizer&&) = default;
  /// Throws ValueError for a parameter that is given twice, not defined, or no leaf that asks for gradients.
  void add_group(const std::vector<Tensor>& parameters);

  /// Parameters that have seen the same number of steps, with their gradients and states.
  struct Update {
    std::span<const Array> parameters, gradients;
    std::span<const std::vector<Array>> states;  ///< one vector for each name in state_names
    int64_t step;                                ///< this one's number, from 1, before `guard.skipped` is taken off
    UpdateGuard guard;
  };
  virtual void update(size_t group, const Update& update) = 0;
  /// What a parameter of the group needs besides its gradient.
  virtual std::vector<std::string> state_names(size_t group) const = 0;
  virtual double& learning_rate(size_t group) const = 0;

 private:
  struct Entry {
    Tensor parameter;
    int64_t steps = 0;  ///< also those that a guard forbade
    /// How many it forbade: on the device, where alone it is known. Shared by parameters that step together.
    std::shared_ptr<Array> skipped{};
    std::vector<Array> state{};
  };
  struct Due {
    Entry* entry;
    Array gradient;
  };
  /// The lists of one step; between steps they are empty and keep their memory.
  struct Lists {
    std::vector<Due> due;
    std::vector<Array> parameters, gradients;
    std::vector<std::vector<Array>> states;

    void clear_arrays();
  };
  /// One call for parameters that may go together.
  void update_together(size_t group, std::span<Due> due, const UpdateGuard& guard);
  static void skip_together(std::span<const Due> due);

  std::vector<std::vector<Entry>> groups_;
  UpdateGuard guard_;
  Lists lists_;
};

/// The gradients of those that have one.
std::vector<Array> gradients_of(std::span<const Tensor> parameters);

/// An optimizer whose groups have options of one kind, with a member `lr`.
template <class O>
class OptimizerWith : public Optimizer {
 public:
  using Options = O;

 protected:
  /// Throws ValueError for options that are none, naming the optimizer.
  OptimizerWith(const char* name, const std::vector<ParameterGroup<O>>& groups) {
    for (const auto& group : groups) {
      options_.push_back(checked(name, group.options));
      add_group(group.parameters);
    }
  }
  const O& options(size_t group) const { return options_[group]; }
  double& learning_rate(size_t group) const override { return options_[group].lr; }

 private:
  mutable std::vector<O> options_;
};

}  // namespace optim
}  // namespace v0
}  // namespace tenon
