// What tensor.h and record.h stand on: a tensor and its place in the graph.
#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

class Backward;
class Gradients;

namespace detail {

struct Node;
struct Extras;

/// What a node reads: one of its inputs. Without `kept` only its shape, dtype and place in the graph stay alive.
struct Edge {
  Node* node;        ///< null: an optional input that was not given
  uint32_t version;  ///< of the kept value's memory, when it was recorded
  uint32_t replaced : 31, kept : 1;
};

/// An Array kept beside the graph.
struct SavedArray {
  Array array;
  uint32_t version;
};

/// What to do with the closure that lies at the end of a node.
struct ClosureType {
  Gradients (*run)(void* closure, const Backward& backward);
  void (*destroy)(void* closure);
};

/// A tensor and its place in the graph in one block: value, edges, saved arrays, backward closure. It has two counts.
/// Handles (Tensors, and consumers that keep the value): none left, and the value's memory goes, unless the node's own
/// gradient reads it, or it is a leaf that still takes gradients. Edges (consumers, the engine, and one for all handles
/// together): none left, and the node goes.
struct Node {
  int32_t handles = 1;
  int32_t edges = 1;
  Array value;  ///< keeps shape, dtype and device when its memory goes
  union {
    const char* op = nullptr;  ///< a literal; null on a leaf
    Node* next;                ///< while it is taken apart
  };
  const ClosureType* type = nullptr;    ///< null on a leaf, and on one of several outputs
  Extras* extras = nullptr;             ///< there on every leaf that asks
  uint32_t depth = 0;                   ///< 1 + that of the deepest input; 0 on a leaf
  uint32_t last_reader = ~uint32_t{0};  ///< of a leaf: the depth of the shallowest op that ever read it
  uint32_t version = 0;                 ///< of the output's memory, when it was recorded
  uint32_t replaced = 0;                ///< how often a leaf's value was replaced
  uint32_t n_inputs = 0;
  uint32_t n_outputs = 0;  ///< of an op with several, on the node that stands for it
  uint16_t block_class = 0;
  uint16_t port = 0;  ///< one of several outputs: its number, from 1; its only input is the op
  uint8_t n_saved = 0;
  uint8_t level = 0;        ///< how many checkpointed functions it was recorded in
  bool asks = false;        ///< wants a gradient
  bool keep_value = false;  ///< without handles too: the gradient reads it, or it is a leaf that asks
  bool released = false;    ///< a backward pass has run through it and let go of what it kept
  bool lasting = false;     ///< is not released: it keeps nothing, and several graphs share it
  bool retains_grad = false;

  explicit Node(Array&& taken) : value(static_cast<Array&&>(taken)) {}
  bool is_leaf() const { return !op; }
  Edge* inputs() { return reinterpret_cast<Edge*>(this + 1); }
  SavedArray* saved() { return reinterpret_cast<SavedArray*>(inputs() + n_inputs); }
  void* closure() { return saved() + n_saved; }
};

/// A node without graph.
Node* new_node(Array&& value);
/// Takes a node without handles apart, and all that only it held, without recursion.
void handle_gone(Node* node) noexcept;
inline void drop_handle(Node* node) noexcept {
  if (!node) return;
  // What keeps its value may get a handle again while this one goes: there the count must be exact.
  if (node->keep_value ? __atomic_fetch_sub(&node->handles, 1, __ATOMIC_ACQ_REL) == 1 : release(node->handles)) {
    handle_gone(node);
  }
}

extern const Array undefined_array;

}  // namespace detail
}  // namespace v0
}  // namespace tenon
