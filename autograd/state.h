// Internal: what a thread knows, and how nodes are held.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tenon/autograd/record.h"
#include "tenon/core/streams.h"

namespace tenon::inline v0::detail {

class AutocastScope;

struct ThreadState {
  bool grad_off;
  bool anomaly;
  bool infinities;   ///< anomaly mode looks for them too
  bool in_backward;  ///< a backward pass is running
  bool draining;     ///< dead nodes are being taken apart further up the stack
  uint8_t level;     ///< checkpointed functions that are running
  Node* dead;        ///< waiting to be taken apart
  AutocastScope* autocast;
};
/// Plain data: no guard on access, and usable until the thread is really gone.
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadState state;

/// Sets a part of the thread's state and puts it back.
template <class T>
class Restore {
 public:
  Restore(T& place, T value) : place_(place), before_(std::exchange(place, value)) {}
  ~Restore() { place_ = before_; }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

 private:
  T& place_;
  T before_;
};

/// What only some nodes have.
struct Extras {
  template <class F>
  using Hooks = std::vector<std::pair<uint64_t, std::function<F>>>;

  Tensor grad;
  Hooks<Tensor(const Tensor&)> hooks;
  Hooks<void(const Tensor&)> after_accumulation;
  std::string path;                ///< anomaly mode: the module whose forward recorded the node
  std::unique_ptr<Stream> stream;  ///< on a device: that of the forward, if it is not the default stream
};
Extras& extras_of(Node* node);

void edge_gone(Node* node) noexcept;
inline void drop_edge(Node* node) noexcept {
  if (release(node->edges)) edge_gone(node);
}
/// Lets go of the closure, of what it kept, and of the inputs.
void let_go(Node* node) noexcept;
/// A handle more.
inline Tensor tensor_of(Node* node) {
  if (__atomic_fetch_add(&node->handles, 1, __ATOMIC_RELAXED) == 0) retain(node->edges);
  return Tensor::from_node(node);
}

/// Throws AnomalyError, naming the op, if an element is what anomaly mode looks for.
void check_forward(const char* op, const Array& output);
/// The same for the gradient of an input.
void check_gradient(const Node& node, size_t i, const Array& gradient);

}  // namespace tenon::inline v0::detail
