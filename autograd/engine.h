// Internal: one backward pass.
#pragma once
#include <span>

#include "tenon/autograd/frontier.h"
#include "tenon/autograd/targets.h"

namespace tenon::inline v0::detail {

/// Everything that a backward pass knows. It belongs to the pass: passes may be nested, and those that share only
/// leaves may run at once. If a gradient throws, the pass lets go of all it holds.
class Run {
 public:
  /// Without targets the gradients go to the leaves, else to the targets.
  Run(bool retain_graph, bool create_graph, Targets* targets)
      : targets_(targets),
        retain_graph_(retain_graph || create_graph),
        create_graph_(create_graph),
        grad_off_(state.grad_off, !create_graph),
        in_backward_(state.in_backward, true),
        autocast_(state.autocast, nullptr) {}

  /// A gradient to begin with.
  void seed(const Tensor& output, Tensor gradient);
  void go();
  /// Whether the gradient of a node is of use.
  bool wants(const Node* node) const { return node && node->asks && (!targets_ || targets_->mark(node).reached()); }

 private:
  void process(Pending& pending);
  void differentiate(Node* node, std::span<const Tensor> dy);
  void pass(Node* from, Node* input, size_t i, Tensor&& gradient);
  void finish_leaf(Pending& pending);
  Tensor through_hooks(Node* node, Tensor&& gradient) const;

  Frontier frontier_;
  Targets* targets_;
  bool retain_graph_, create_graph_;
  Restore<bool> grad_off_, in_backward_;
  Restore<AutocastScope*> autocast_;
};

/// The gradient to begin with where none is given: 1. Throws GradError unless there is one element.
Tensor unit_gradient(const Tensor& output, const char* caller);
/// grad() without its checks: the wanted tensors end the graph if `stop` is set.
std::vector<Tensor> gradients_by(std::span<const Tensor> outputs, std::span<const Tensor> output_gradients,
                                 std::span<const Tensor> wanted, bool retain_graph, bool create_graph, bool stop);

}  // namespace tenon::inline v0::detail
