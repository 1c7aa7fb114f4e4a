// Internal: the gradients of a backward pass that wait for their node's turn.
#pragma once
#include <memory_resource>

#include "tenon/autograd/state.h"

namespace tenon::inline v0::detail {

/// A node, kept alive by an edge.
class NodePtr {
 public:
  NodePtr() = default;
  explicit NodePtr(Node* node) : node_(node) { retain(node->edges); }
  NodePtr(NodePtr&& o) noexcept : node_(std::exchange(o.node_, nullptr)) {}
  NodePtr& operator=(NodePtr&& o) noexcept {
    Node* old = std::exchange(node_, std::exchange(o.node_, nullptr));
    if (old) drop_edge(old);
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
  std::unique_ptr<std::vector<Tensor>> ports;  ///< an op with several outputs: a gradient each
};

/// Every consumer of a node is deeper than the node, so "deepest first" meets each node when all its gradients are in:
/// a topological order without a first pass. A leaf's turn comes behind the shallowest op that reads it.
class Frontier {
 public:
  /// The place where a node's gradients come in. Valid until the next call.
  Pending& at(Node* node);
  /// Moves the node whose turn it is out. False when none is left.
  bool take(Pending& to);

 private:
  /// Up to here looking at all of them is as quick as a table.
  static constexpr size_t few = 8;

  uint32_t find(const Node* node) const;
  void wait(Pending&& pending);
  void index(uint32_t position);

  using Turn = std::pair<uint64_t, uint32_t>;

  alignas(Pending) char room_[few * (sizeof(Pending) + sizeof(Turn))];  ///< for a small graph's waiting_ and heap_
  std::pmr::monotonic_buffer_resource memory_{room_, sizeof room_};
  Pending next_;                                 ///< a chain touches nothing else
  std::pmr::vector<Pending> waiting_{&memory_};  ///< all others that were ever met; those taken are empty
  std::pmr::vector<Turn> heap_{&memory_};        ///< turns and positions in waiting_, the next one on top
  std::vector<uint32_t> table_;  ///< positions in waiting_ plus one, by the node's address; while that pays
};

}  // namespace tenon::inline v0::detail
