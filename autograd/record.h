#pragma once
#include <initializer_list>
#include <new>
#include <span>
#include <vector>

#include "tenon/autograd/grad_mode.h"
#include "tenon/autograd/tensor.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {
/// Points at a tensor; counts nothing.
struct TensorRef {
  TensorRef(const Tensor& tensor) : node(tensor.node()) {}  // NOLINT: implicit by design
  Node* node;
};
struct ArrayRef {
  ArrayRef(const Array& referred) : array(&referred) {}       // NOLINT
  ArrayRef(const Tensor& tensor) : array(&tensor.array()) {}  // NOLINT
  const Array* array;
};
class Run;
}  // namespace detail

/// The inputs of an op: `{x, weight, bias}`, or a vector of tensors. One that is not defined is an optional input that
/// was not given. For the length of a call.
class Inputs {
 public:
  Inputs(std::initializer_list<detail::TensorRef> refs) : size_(refs.size()) { refs_ = refs.begin(); }
  Inputs(std::span<const Tensor> tensors) : tensors_(tensors.data()), size_(tensors.size()) {}
  Inputs(const std::vector<Tensor>& tensors) : tensors_(tensors.data()), size_(tensors.size()) {}

  size_t size() const { return size_; }
  detail::Node* operator[](size_t i) const { return refs_ ? refs_[i].node : tensors_[i].node(); }
  bool ask() const {
    bool any = false;
    for (size_t i = 0; i < size_; ++i) {
      const detail::Node* node = (*this)[i];
      any |= node && node->asks;
    }
    return any;
  }

 private:
  const detail::TensorRef* refs_ = nullptr;
  const Tensor* tensors_ = nullptr;
  size_t size_;
};

/// What the gradient of an op reads, besides what comes in: nothing, inputs, the output. Joined by `|`. Everything else
/// is let go.
struct Keep {
  uint32_t inputs = 0;
  bool output = false;
  constexpr Keep operator|(Keep o) const { return {inputs | o.inputs, output || o.output}; }
  constexpr bool input(size_t i) const { return i < 31 ? inputs >> i & 1 : inputs >> 31; }
};
inline constexpr Keep keep_nothing{}, keep_inputs{~uint32_t{0}, false}, keep_output{0, true};
/// One input, the first being 0; i < 31.
constexpr Keep keep_input(int i) { return {uint32_t{1} << i, false}; }

/// Arrays that the gradient reads, kept beside the graph and freed with it: `saved{mask, mean}`. As an argument of
/// record only.
struct saved {
  saved(std::initializer_list<detail::ArrayRef> list) { arrays = {list.begin(), list.size()}; }
  std::span<const detail::ArrayRef> arrays;
};

/// Whether an op on these inputs is recorded: for ops that compute less where nobody asks.
inline bool recording(const Inputs& inputs) { return inputs.ask() && grad_enabled(); }

/// The gradients that a backward function returns, one an input; those not defined count as zero.
class Gradients {
 public:
  explicit Gradients(size_t size) : size_(size), many_(size > few ? size : 0) {}
  explicit Gradients(std::vector<Tensor> all) : size_(all.size()), many_(static_cast<std::vector<Tensor>&&>(all)) {}

  size_t size() const { return size_; }
  Tensor& operator[](size_t i) { return many_.empty() ? few_[i] : many_[i]; }

 private:
  static constexpr size_t few = 4;
  size_t size_;
  Tensor few_[few];
  std::vector<Tensor> many_;
};

/// What a backward function returns: one gradient an input. Each may be larger along broadcast axes and of another
/// dtype: the engine reduces and casts.
template <class... T>
Gradients gradients(T&&... each) {
  Gradients all(sizeof...(T));
  size_t i = 0;
  ((all[i++] = Tensor(static_cast<T&&>(each))), ...);
  return all;
}
inline Gradients gradients(std::vector<Tensor> all) { return Gradients(static_cast<std::vector<Tensor>&&>(all)); }

/// What a backward function is given.
class Backward {
 public:
  /// The gradient of the output.
  const Tensor& dy() const { return dy_[0]; }
  /// The same where there are several outputs; not defined for one that nobody used.
  const Tensor& dy(size_t i) const { return dy_[i]; }
  /// A kept input. Throws GradError if record was not told to keep it, or if it has been overwritten since.
  Tensor input(size_t i) const;
  /// The kept output. Same errors.
  Tensor output() const;
  /// What `saved{...}` kept. Throws GradError if it has been overwritten since.
  const Array& saved(size_t i) const;
  /// Whether somebody asks for the gradient of input i in this pass.
  bool needs(size_t i) const;
  /// Whether input i was given.
  bool has(size_t i) const { return node_->inputs()[i].node; }
  Shape shape_of(size_t i) const { return at(i).shape(); }
  DType dtype_of(size_t i) const { return at(i).dtype(); }
  size_t n_inputs() const { return node_->n_inputs; }
  /// Whether the gradients will be differentiated in turn: then they come from differentiable ops alone.
  bool create_graph() const { return create_graph_; }

  /// One callable an input, called only where somebody asks: `b.each([&] { return ...; }, [&] { return ...; })`.
  template <class... F>
  Gradients each(F&&... f) const {
    Gradients all(sizeof...(F));
    size_t i = 0;
    ((needs(i) ? void(all[i] = f()) : void(), ++i), ...);
    return all;
  }

  // The engine's.
  Backward(detail::Node* node, const Tensor* dy, const detail::Run* run, bool create_graph)
      : node_(node), dy_(dy), run_(run), create_graph_(create_graph) {}

 private:
  /// Shape and dtype stay when the value goes.
  const Array& at(size_t i) const { return node_->inputs()[i].node->value; }

  detail::Node* node_;
  const Tensor* dy_;
  const detail::Run* run_;
  bool create_graph_;
};

namespace detail {

/// The result of an op that is not recorded.
Tensor plain(const char* name, Array&& output);
/// A node for the result of an op, with room for the closure, which is not there yet.
Tensor new_op(const char* name, Array&& output, const Inputs& inputs, Keep keep, const saved& kept, size_t closure);
/// The same for several outputs: `op` gets the node that stands for the op.
std::vector<Tensor> new_ops(const char* name, std::vector<Array>&& outputs, const Inputs& inputs, Keep keep,
                            const saved& kept, size_t closure, Tensor& op);
std::vector<Tensor> plain(const char* name, std::vector<Array>&& outputs);

template <class F>
void attach(Node* node, F&& backward) {
  using Closure = std::remove_cvref_t<F>;
  static_assert(alignof(Closure) <= 8);
  static constexpr ClosureType type{
      [](void* closure, const Backward& b) -> Gradients { return (*static_cast<Closure*>(closure))(b); },
      [](void* closure) { static_cast<Closure*>(closure)->~Closure(); }};
  new (node->closure()) Closure(static_cast<F&&>(backward));
  node->type = &type;
}

/// The output is moved once, into its node.
template <class F>
Tensor record_op(const char* name, Array&& output, const Inputs& inputs, Keep keep, const saved& kept, F&& backward) {
  if (!inputs.ask() || !is_floating(output.dtype()) || !grad_enabled()) {
    return plain(name, static_cast<Array&&>(output));
  }
  Tensor result = new_op(name, static_cast<Array&&>(output), inputs, keep, kept, sizeof(F));
  attach(result.node(), static_cast<F&&>(backward));
  return result;
}

}  // namespace detail

/// The only way into the graph, for our ops and yours: the result of an op, and how to differentiate it.
///
///     Tensor relu(const Tensor& x) {
///       return record("relu", relu(x.array()), {x}, keep_output,
///                     [](const Backward& b) { return gradients(relu_grad(b.dy(), b.output())); });
///     }
///
/// `name` must be a literal. `backward` takes a `const Backward&` and returns `gradients(...)`, one an input, or
/// `b.each(...)`; written with differentiable ops it can be differentiated in turn. It should capture no tensors:
/// `keep` and `saved` hold them so that nothing lives too long, and overwritten values are noticed. Where grad mode is
/// off, no input asks, or the output is not floating, this is a branch and nothing else.
template <class F>
Tensor record(const char* name, Array output, const Inputs& inputs, Keep keep, const saved& kept, F backward) {
  return detail::record_op(name, static_cast<Array&&>(output), inputs, keep, kept, static_cast<F&&>(backward));
}
template <class F>
Tensor record(const char* name, Array output, const Inputs& inputs, Keep keep, F backward) {
  return detail::record_op(name, static_cast<Array&&>(output), inputs, keep, saved{}, static_cast<F&&>(backward));
}

/// The same for an op with several outputs, whose gradients are `b.dy(0)`, `b.dy(1)`, ...; an output that nobody used
/// has none. `keep_output` is for one output only (ValueError).
template <class F>
std::vector<Tensor> record(const char* name, std::vector<Array> outputs, const Inputs& inputs, Keep keep,
                           const saved& kept, F backward) {
  if (!recording(inputs)) return detail::plain(name, static_cast<std::vector<Array>&&>(outputs));
  Tensor op;
  std::vector<Tensor> results =
      detail::new_ops(name, static_cast<std::vector<Array>&&>(outputs), inputs, keep, kept, sizeof(F), op);
  detail::attach(op.node(), static_cast<F&&>(backward));
  return results;
}
template <class F>
std::vector<Tensor> record(const char* name, std::vector<Array> outputs, const Inputs& inputs, Keep keep, F backward) {
  return record(name, static_cast<std::vector<Array>&&>(outputs), inputs, keep, saved{}, static_cast<F&&>(backward));
}

}  // namespace v0
}  // namespace tenon
