// Internal: which part of the graph leads to the tensors that grad() was asked about.
#pragma once
#include <span>
#include <unordered_map>

#include "tenon/autograd/state.h"

namespace tenon::inline v0::detail {

class Targets {
 public:
  /// Walks from the outputs down. With `stop` the wanted tensors end the graph, as if they were leaves.
  Targets(std::span<const Tensor> outputs, std::span<const Tensor> wanted, bool stop);

  struct Mark {
    bool wanted = false;  ///< its gradient is asked for
    bool runs = false;    ///< a wanted one is reached through its inputs
    bool reached() const { return wanted || runs; }
  };
  /// Nothing for a node that leads nowhere.
  Mark mark(const Node* node) const {
    const auto found = marks_.find(node);
    return found == marks_.end() ? Mark{} : found->second;
  }
  bool stops() const { return stop_; }
  void capture(const Node* node, const Tensor& gradient) { captured_[node] = gradient; }
  /// Not defined where no gradient came.
  Tensor captured(const Node* node) const {
    const auto found = captured_.find(node);
    return found == captured_.end() ? Tensor() : found->second;
  }

 private:
  std::unordered_map<const Node*, Mark> marks_;
  std::unordered_map<const Node*, Tensor> captured_;
  bool stop_;
};

}  // namespace tenon::inline v0::detail
