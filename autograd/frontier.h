// Internal: the gradients of a backward pass that wait for their node's turn.
#pragma once
#include "tenon/autograd/state.h"

namespace tenon::inline v0::detail {

/// A node, kept alive by an edge.
class NodePtr {
 public:
  NodePtr() = default;
  explicit NodePtr(Node* node) : node_(node) { retain(node->edges); }
  NodePtr(NodePtr&& o) noexcept : node_(std::exchange(o.node_, nullptr)) {}
  NodePtr& operator=(NodePtr&& o) noexcept {
    std::swap(node_, o.node_);
    return *this;
  }
  ~NodePtr() {
    if (node_) drop_edge(node_);
  }
  Node* get() const { return node_; }
  Node* operator->() const { return node_; }

 private:
  Node* node_ = nullptr;
};

/// A node and what has come in for it so far.
struct Pending {
  NodePtr node;
  Tensor sum;
  std::vector<Tensor> ports;  ///< an op with several outputs: a gradient each
};

/// Every consumer of a node is deeper than the node, so "deepest first" meets each node when all its gradients are in:
/// a topological order without a first pass. Leaves are not taken in turn: they wait for the end.
class Frontier {
 public:
  /// The place where a node's gradients come in. Valid until the next call.
  Pending& at(Node* node);
  /// Moves the deepest node out. False when only leaves are left.
  bool take(Pending& to);
  /// The leaves, in the order in which their first gradients came in.
  template <class F>
  void each_leaf(F f) {
    for (Pending& p : waiting_) {
      if (p.node.get() && p.node->is_leaf()) f(p);
    }
  }

 private:
  uint32_t find(const Node* node) const;
  void wait(Pending&& pending);
  void index(uint32_t position);

  Pending next_;                  ///< a chain touches nothing else
  std::vector<Pending> waiting_;  ///< all others that were ever met; those taken are empty
  std::vector<uint32_t> heap_;    ///< positions in waiting_, the deepest on top
  std::vector<uint32_t> table_;   ///< positions in waiting_ plus one, by the node's address; while that pays
};

}  // namespace tenon::inline v0::detail
