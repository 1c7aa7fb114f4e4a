#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tenon/core/frame.h"
#include "tenon/core/io/safetensors.h"
#include "tenon/nn/part.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace nn {

/// What is different between a module's state and one that was given to load_state.
struct StateDifference {
  std::vector<std::string> missing;     ///< the module has it, the state does not
  std::vector<std::string> unexpected;  ///< the state has it, the module does not
  std::vector<std::string> mismatched;  ///< both have it, with different shapes: `weight: [4, 3], not [4, 5]`
  bool empty() const { return missing.empty() && unexpected.empty() && mismatched.empty(); }
};
std::string to_string(const StateDifference& difference);

/// Holds parts by name: parameters, buffers and other modules, each a member that `part` names once:
///
///     struct Net : nn::Layer {
///       nn::Linear head = part("head", nn::Linear(784, 10));
///       Tensor forward(const Tensor& x) override { return head(flatten(x, 1)); }
///     };
///
/// The names make checkpoint keys (`head.weight`), the printed tree, and the path in errors. Move-only.
class Module : public Part {
 public:
  Module() : Part(Kind::module) {}
  Module(Module&& o) noexcept;
  virtual ~Module();

  /// The class's name without namespaces: `Linear`.
  virtual std::string kind() const;
  /// The options worth printing: `3, 4, bias=false`.
  virtual std::string description() const { return {}; }

  bool training() const { return training_; }
  /// Switches this module and all within it between training and evaluation (dropout, batch norm).
  virtual void train(bool on = true);
  void eval() { train(false); }

  /// Every parameter within, each once however often it is tied, in the order of their declaration.
  std::vector<Tensor> parameters() const;
  /// Every name, tied ones too: `features.0.weight`.
  std::vector<std::pair<std::string, Tensor>> named_parameters() const;
  std::vector<std::pair<std::string, Tensor>> named_buffers() const;
  /// This module (under the empty name) and every module within, outer before inner.
  std::vector<std::pair<std::string, const Module*>> named_modules() const;
  /// Elements of all parameters, tied ones once.
  int64_t parameter_count() const;
  void zero_grad() const;

  /// Moves every parameter and buffer, and the gradients that there are. Their tensors stay the same objects: ties,
  /// optimizers and handles survive.
  void to(Device device);
  /// Likewise, of the floating ones: another dtype. Throws DTypeError unless that is floating.
  void to(DType dtype);

  /// Parameters and buffers under their names. The arrays are the module's own memory.
  StateDict state() const;
  /// Copies values in. Throws ValueError, listing every difference, and changes nothing, where names or shapes differ;
  /// with `strict` off it copies what fits and returns the rest. A state that has a name twice is always an error.
  StateDifference load_state(const StateDict& state, bool strict = true);

  /// Runs f with this module on the thread's path, which errors show.
  template <class F>
  decltype(auto) within(const F& f) const {
    const Frame frame(this, frame_name);
    return f();
  }

 protected:
  /// Puts a part under a name and hands it on; the member that it initialises is where it lives. Throws ValueError for
  /// a name that is empty, taken or has a dot.
  template <class P>
  [[nodiscard]] P part(std::string name, P p) {
    put(std::move(name), p);
    return p;
  }
  void put(std::string name, Part& p);
  /// A parameter that may be absent: where the value is not defined it has no name and no place in the state.
  [[nodiscard]] Parameter optional_part(std::string name, Array value);
  [[nodiscard]] Buffer optional_buffer(std::string name, Array value);
  /// The module that this one stands for, if it does for one: its parts, mode, kind and description are shown as this
  /// one's own, so that names gain no level.
  virtual Module* wrapped() const { return nullptr; }

 private:
  friend class Part;
  friend class EvaluationMode;
  friend std::string to_string(const Module& module);
  const std::vector<Part*>& parts() const;
  void change(const std::function<Array(const Array&)>& change) const;
  using Visit = std::function<void(const std::string& name, Part& part)>;
  static std::string frame_name(const void* module, const void* around);
  void visit(const std::string& prefix, const Visit& visit) const;
  void print(std::string& to, size_t indent) const;

  std::vector<Part*> parts_;
  bool training_ = true;
};
/// The tree of modules, as PyTorch prints it.
std::string to_string(const Module& module);

/// Puts a module and all within it into evaluation; when it goes, each is again in the mode in which it was.
class EvaluationMode {
 public:
  explicit EvaluationMode(Module& module);
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

 private:
  void note(Module& module);
  std::vector<std::pair<Module*, bool>> before_;
};

/// A module from one tensor to one tensor: what Sequential, a YAML file and the registry hold.
class Layer : public Module {
 public:
  virtual Tensor forward(const Tensor& x) = 0;
  /// forward, with this layer on the path that errors show. Throws ValueError for a tensor that is not defined.
  Tensor operator()(const Tensor& x) {
    return within([&] {
      if (!x.defined()) throw_undefined();
      return forward(x);
    });
  }

 private:
  [[noreturn]] static void throw_undefined();
};

/// Gives a module with any `forward(args...)` its call operator: `struct Net : nn::Callable<Net> { ... }`.
template <class Self>
class Callable : public Module {
 public:
  template <class... Args>
  decltype(auto) operator()(Args&&... args) {
    return within([&]() -> decltype(auto) { return static_cast<Self*>(this)->forward(std::forward<Args>(args)...); });
  }
};

}  // namespace nn
}  // namespace v0
}  // namespace tenon
