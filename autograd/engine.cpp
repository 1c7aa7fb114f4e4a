#include "tenon/autograd/engine.h"

#include <optional>

#include "tenon/autograd/accumulate.h"
#include "tenon/core/check.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0::detail {

namespace {

/// The stream that the gradients of a node are computed on: that of its forward, and the caller's for leaves. To be
/// asked while the caller's stream is the current one.
Stream stream_of(const Node* node, Device device) {
  if (node->is_leaf()) return current_stream(device);
  return node->extras && node->extras->stream ? *node->extras->stream : Stream::default_of(device);
}

/// What is put on `later` from now on sees what `earlier` has been given so far.
void order(const Stream& earlier, const Stream& later) {
  if (!(earlier == later)) later.wait(Event(earlier));
}

/// Lets the caller use what was computed for a node.
void hand_to_caller(const Node* node, Device device) {
  if (!device.is_cpu()) order(stream_of(node, device), current_stream(device));
}

Device device_of(std::span<const Tensor> dy) {
  for (const Tensor& g : dy) {
    if (g.node()) return g.device();
  }
  return cpu;
}

}  // namespace

void Run::seed(const Tensor& output, Tensor gradient) {
  if (!create_graph_ && gradient.requires_grad()) gradient = gradient.detach();
  const Device device = gradient.device();
  if (!device.is_cpu()) order(current_stream(device), stream_of(output.node(), device));
  add_up(frontier_.at(output.node()).sum, std::move(gradient), create_graph_);
}

void Run::go() {
  for (Pending now; frontier_.take(now);) now.node->is_leaf() ? finish_leaf(now) : process(now);
}

Tensor Run::through_hooks(Node* node, Tensor&& gradient) const {
  if (!node->extras || node->extras->hooks.empty()) [[likely]]
    return std::move(gradient);
  Tensor g = std::move(gradient);
  const auto hooks = node->extras->hooks;  // a hook may remove itself
  for (const auto& [number, hook] : hooks) {
    if (Tensor replacement = hook(g); replacement.defined()) g = fit(std::move(replacement), node->value, "a hook", 0);
  }
  return g;
}

void Run::process(Pending& pending) {
  Node* node = pending.node.get();
  const Targets::Mark mark = targets_ ? targets_->mark(node) : Targets::Mark{false, true};
  if (pending.sum.node() && !(mark.wanted && targets_->stops())) {
    pending.sum = through_hooks(node, std::move(pending.sum));
  }
  const bool seen = mark.wanted || (node->retains_grad && !targets_);
  if (seen) hand_to_caller(node, pending.sum.device());
  if (mark.wanted) targets_->capture(node, pending.sum);
  if (!mark.runs) return;
  if (node->retains_grad && !targets_) accumulate(node, Tensor(pending.sum), create_graph_);
  TENON_CHECK(!node->released, GradError, node->op, ": backward a second time; the graph is gone (retain_graph)");
  if (node->port) {
    Node* op = node->inputs()[0].node;
    Pending& whole = frontier_.at(op);
    if (!whole.ports) whole.ports = std::make_unique<std::vector<Tensor>>(op->n_outputs);
    (*whole.ports)[node->port - 1u] = std::move(pending.sum);
  } else {
    differentiate(node, pending.ports ? std::span<const Tensor>(*pending.ports) : std::span(&pending.sum, 1));
  }
  if (retain_graph_ || node->lasting) return;
  node->released = true;
  let_go(node);
}

void Run::differentiate(Node* node, std::span<const Tensor> dy) {
  const Backward backward(node, dy.data(), this, create_graph_);
  const Device device = device_of(dy);
  std::optional<StreamScope> scope;
  if (!device.is_cpu()) scope.emplace(stream_of(node, device));
  Gradients all = node->type->run(node->closure(), backward);
  scope.reset();
  TENON_CHECK(all.size() == node->n_inputs, GradError, node->op, ": backward returned ", all.size(), " gradients for ",
              node->n_inputs, " inputs");
  for (uint32_t i = 0; i < node->n_inputs; ++i) {
    Node* input = node->inputs()[i].node;
    if (wants(input) && all[i].defined()) pass(node, input, i, std::move(all[i]));
  }
}

void Run::pass(Node* from, Node* input, size_t i, Tensor&& gradient) {
  const Device device = gradient.device();
  std::optional<StreamScope> scope;
  if (!device.is_cpu()) {
    const Stream there = stream_of(input, device);
    order(stream_of(from, device), there);
    scope.emplace(there);
  }
  if (state.anomaly) [[unlikely]]
    check_gradient(*from, i, gradient.array());
  Tensor g = fit(std::move(gradient), input->value, from->op, i);
  add_up(frontier_.at(input).sum, std::move(g), create_graph_);
}

void Run::finish_leaf(Pending& pending) {
  Node* node = pending.node.get();
  if (targets_) {
    const bool hooks = !targets_->stops();
    targets_->capture(node, hooks ? through_hooks(node, std::move(pending.sum)) : std::move(pending.sum));
    return;
  }
  accumulate(node, through_hooks(node, std::move(pending.sum)), create_graph_);
  if (!node->extras || node->extras->after_accumulation.empty()) [[likely]]
    return;
  const auto hooks = node->extras->after_accumulation;
  const Tensor leaf = tensor_of(node);
  for (const auto& [number, hook] : hooks) hook(leaf);
}

Tensor unit_gradient(const Tensor& output, const char* caller) {
  TENON_CHECK(output.numel() == 1, GradError, caller, ": tensor is ", output.shape(),
              ", not a scalar; give a gradient");
  return full(output.shape(), 1, output.dtype(), output.device());
}

std::vector<Tensor> gradients_by(std::span<const Tensor> outputs, std::span<const Tensor> output_gradients,
                                 std::span<const Tensor> wanted, bool retain_graph, bool create_graph, bool stop) {
  Targets targets(outputs, wanted, stop);
  Run run(retain_graph, create_graph, &targets);
  for (size_t i = 0; i < outputs.size(); ++i) run.seed(outputs[i], output_gradients[i]);
  run.go();
  std::vector<Tensor> result;
  for (const Tensor& tensor : wanted) result.push_back(targets.captured(tensor.node()));
  return result;
}

}  // namespace tenon::inline v0::detail
