#pragma once
#include <functional>
#include <vector>

#include "tenon/autograd/node.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

class Tensor;
struct BackwardOptions;
// The free functions that members call. Documented in autograd/ops/layout.h.
Tensor to_device(const Tensor& x, Device device, ToOptions options);
Tensor cast(const Tensor& x, DType dtype);
Tensor clone(const Tensor& x);
Tensor contiguous(const Tensor& x);
Tensor reshape(const Tensor& x, const Shape& shape);
Tensor flatten(const Tensor& x, int64_t start, int64_t end);
Tensor transpose(const Tensor& x, int64_t a, int64_t b);
Tensor permute(const Tensor& x, const Axes& order);
Tensor squeeze(const Tensor& x, const Axes& axes);
Tensor unsqueeze(const Tensor& x, int64_t axis);
Tensor expand(const Tensor& x, const Shape& shape);
Tensor slice(const Tensor& x, int64_t axis, int64_t start, int64_t stop, int64_t step);
Tensor select(const Tensor& x, int64_t axis, int64_t index);
void copy_(const Tensor& x, const Tensor& source);

/// An Array and, if somebody asked for gradients, its place in the graph. Copies share one tensor: value, gradient,
/// everything. An Array converts to a Tensor without a copy of its memory; `array()` gives it back.
class Tensor : public Shaped<Tensor> {
 public:
  /// No tensor at all: `defined()` is false.
  Tensor() = default;
  Tensor(const Array& array) : node_(detail::new_node(Array(array))) {}            // NOLINT: implicit by design
  Tensor(Array&& array) : node_(detail::new_node(static_cast<Array&&>(array))) {}  // NOLINT
  Tensor(const Tensor& o) : node_(o.node_) {
    if (node_) detail::retain(node_->handles);
  }
  Tensor(Tensor&& o) noexcept : node_(o.node_) { o.node_ = nullptr; }
  Tensor& operator=(const Tensor& o) & {
    Tensor copy(o);
    return *this = static_cast<Tensor&&>(copy);
  }
  Tensor& operator=(Tensor&& o) & noexcept {
    detail::Node* taken = o.give();
    detail::drop_handle(std::exchange(node_, taken));
    return *this;
  }
  ~Tensor() { detail::drop_handle(node_); }

  /// The value, without a copy. It sees the tensor's memory; from a temporary it comes by value.
  const Array& array() const& { return node_ ? node_->value : detail::undefined_array; }
  Array array() && { return array_of_lvalue(); }

  /// Whether a gradient flows to this tensor.
  bool requires_grad() const { return node_ && node_->asks; }
  /// Asks for a gradient, or no longer. Returns this tensor. Throws DTypeError unless the dtype is a floating one,
  /// GradError for `false` on the result of an op (detach it).
  Tensor requires_grad(bool on) const;
  /// Not the result of a recorded op.
  bool is_leaf() const { return !node_ || node_->is_leaf(); }
  /// The name of the op that made it; null on a leaf.
  const char* made_by() const { return node_ ? node_->op : nullptr; }

  /// The gradient that backward passes have summed up so far: on leaves that ask, and where retain_grad was called.
  /// Not defined before the first. Dense, with the strides of the tensor.
  Tensor grad() const;
  /// Throws ShapeError, DTypeError, DeviceError unless the gradient has the tensor's shape, dtype and device.
  void set_grad(const Tensor& gradient) const;
  void clear_grad() const;
  /// Keeps the gradient of the result of an op too. Throws GradError where no gradient flows.
  void retain_grad() const;

  /// Computes the gradients of this tensor, which must have one element, by all leaves that ask, and adds them to
  /// theirs, each as soon as all that read the leaf has been differentiated. Throws GradError: not a scalar, no graph,
  /// a second time, a kept value that was overwritten. What is done by then stays.
  void backward() const;
  /// The same for a tensor of any shape: `gradient` is that of something computed from it.
  void backward(const Tensor& gradient) const;
  void backward(const BackwardOptions& options) const;

  /// The same memory as a tensor outside the graph.
  Tensor detach() const { return Tensor(array()); }

  /// Called with the gradient of this tensor, summed up, in every backward pass; what it returns, if defined, takes the
  /// gradient's place. Returns a number for remove_hook. Throws GradError where no gradient flows.
  uint64_t register_hook(std::function<Tensor(const Tensor& gradient)> hook) const;
  /// Called with a leaf after its gradient was added to `grad()`, while the pass goes on: the value may be written and
  /// the gradient cleared. Throws GradError unless it is a leaf that asks.
  uint64_t register_post_accumulate_grad_hook(std::function<void(const Tensor& leaf)> hook) const;
  void remove_hook(uint64_t number) const;

  /// Puts another value of the same shape into a leaf: every handle sees it, and so do optimizers and modules. The
  /// gradient stays as it is. Throws GradError on the result of an op, ShapeError, DTypeError for one that has no
  /// gradients where the tensor asks for them.
  void replace(Array value) const;

  // What record and the engine work with.
  detail::Node* node() const { return node_; }
  static Tensor from_node(detail::Node* taken) {
    Tensor t;
    t.node_ = taken;
    return t;
  }
  detail::Node* give() { return std::exchange(node_, nullptr); }

 private:
  Array array_of_lvalue() const { return array(); }

  detail::Node* node_ = nullptr;
};

struct BackwardOptions {
  Tensor gradient = {};       ///< needed unless the tensor has one element
  bool retain_graph = false;  ///< another backward pass through the same graph may follow
  bool create_graph = false;  ///< the gradients can be differentiated in turn; implies retain_graph
};

struct GradOptions {
  std::vector<Tensor> grad_outputs = {};  ///< one an output; needed for those that are not scalars
  bool retain_graph = false;
  bool create_graph = false;  ///< the gradients can be differentiated in turn; implies retain_graph
  bool allow_unused = false;  ///< no error for an input that no output depends on: its gradient is not defined
};
/// The gradients of the outputs, summed up, by the inputs, which may lie anywhere in the graph. No `.grad()` changes,
/// and only what leads to the inputs is computed. Throws GradError.
std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const GradOptions& options = {});
/// The same for one output and one input. (A template, so that `grad({y}, {x})` is the other one.)
template <class Output, class Input>
requires std::is_base_of_v<Tensor, Output> && std::is_base_of_v<Tensor, Input> Tensor
grad(const Output& output, const Input& input, const GradOptions& options = {}) {
  return grad(std::vector<Tensor>{output}, std::vector<Tensor>{input}, options)[0];
}

}  // namespace v0
}  // namespace tenon
