#include "tenon/autograd/targets.h"

#include <algorithm>

namespace tenon::inline v0::detail {

Targets::Targets(std::span<const Tensor> outputs, std::span<const Tensor> wanted, bool stop) : stop_(stop) {
  uint32_t shallowest = ~uint32_t{0};
  std::vector<Node*> met, stack;
  const auto meet = [&](Node* node) {
    if (!node || !node->asks || !marks_.try_emplace(node).second) return;
    met.push_back(node);
    stack.push_back(node);
  };
  std::unordered_map<const Node*, bool> is_wanted;
  for (const Tensor& tensor : wanted) {
    is_wanted[tensor.node()] = true;
    shallowest = std::min(shallowest, tensor.node()->depth);
  }
  for (const Tensor& output : outputs) meet(output.node());
  while (!stack.empty()) {
    Node* node = stack.back();
    stack.pop_back();
    if (node->depth <= shallowest || (stop && is_wanted.contains(node))) continue;
    for (uint32_t i = 0; i < node->n_inputs; ++i) meet(node->inputs()[i].node);
  }
  // Inputs before their consumers.
  std::sort(met.begin(), met.end(), [](const Node* a, const Node* b) { return a->depth < b->depth; });
  for (Node* node : met) {
    Mark& mark = marks_[node];
    mark.wanted = is_wanted.contains(node);
    if (stop && mark.wanted) continue;
    // Where the graph is gone nobody can tell: it runs, and says so.
    mark.runs = node->released && node->depth > shallowest;
    for (uint32_t i = 0; i < node->n_inputs && !mark.runs; ++i)
      mark.runs = this->mark(node->inputs()[i].node).reached();
  }
}

}  // namespace tenon::inline v0::detail
