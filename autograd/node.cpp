#include "tenon/autograd/node.h"

#include <algorithm>

#include "tenon/autograd/state.h"
#include "tenon/core/check.h"
#include "tenon/core/frame.h"
#include "tenon/core/memory/blocks.h"

namespace tenon::inline v0::detail {

constinit thread_local ThreadState state{};
const Array undefined_array{};

namespace {

Node* make_node(Array&& value, size_t more) {
  uint16_t block_class;
  void* block = take_block(sizeof(Node) + more, block_class);
  Node* node = new (block) Node(static_cast<Array&&>(value));
  node->block_class = block_class;
  return node;
}

uint32_t version_of(const Array& array) { return array.storage() ? version_of(*array.storage()) : 0; }

/// Of all that read a leaf, a backward pass meets the shallowest last.
void note_reader(const Inputs& inputs, uint32_t depth) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i] || !inputs[i]->is_leaf()) continue;
    uint32_t& last = inputs[i]->last_reader;
    uint32_t before = __atomic_load_n(&last, __ATOMIC_RELAXED);
    while (depth < before &&
           !__atomic_compare_exchange_n(&last, &before, depth, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
  }
}

/// Backward runs on the stream of its forward.
void remember_stream(Node* node, Device device) {
  if (device.is_cpu()) [[likely]]
    return;
  const Stream stream = current_stream(device);
  if (stream.native()) extras_of(node).stream = std::make_unique<Stream>(stream);
}

}  // namespace

Node* new_node(Array&& value) { return make_node(static_cast<Array&&>(value), 0); }

Tensor plain(const char* name, Array&& output) {
  if (state.anomaly) [[unlikely]]
    check_forward(name, output);
  return Tensor(static_cast<Array&&>(output));
}

std::vector<Tensor> plain(const char* name, std::vector<Array>&& outputs) {
  std::vector<Tensor> results;
  results.reserve(outputs.size());
  for (Array& output : outputs) results.push_back(plain(name, static_cast<Array&&>(output)));
  return results;
}

Tensor new_op(const char* name, Array&& output, const Inputs& inputs, Keep keep, const saved& kept, size_t closure) {
  if (state.anomaly) [[unlikely]]
    check_forward(name, output);
  const size_t n_inputs = inputs.size(), n_saved = kept.arrays.size();
  TENON_CHECK(n_saved < 256, ValueError, name, ": record keeps at most 255 arrays");
  Node* node =
      make_node(static_cast<Array&&>(output), n_inputs * sizeof(Edge) + n_saved * sizeof(SavedArray) + closure);
  Tensor result = Tensor::from_node(node);
  node->op = name;
  node->asks = true;
  node->keep_value = keep.output;
  node->version = version_of(node->value);
  node->level = state.level;
  uint32_t depth = 0;
  bool reads_leaf = false;
  for (size_t i = 0; i < n_inputs; ++i) {
    Node* input = inputs[i];
    Edge& edge = *new (node->inputs() + i) Edge{input, 0, 0, 0};
    if (!input) continue;
    depth = std::max(depth, input->depth);
    reads_leaf |= input->is_leaf();
    if (keep.input(i)) {
      edge = {input, version_of(input->value), input->replaced, 1};
      retain(input->handles);
    } else {
      retain(input->edges);
    }
  }
  node->n_inputs = static_cast<uint32_t>(n_inputs);
  node->depth = depth + 1;
  if (reads_leaf) note_reader(inputs, node->depth);
  for (size_t i = 0; i < n_saved; ++i) {
    const Array& array = *kept.arrays[i].array;
    new (node->saved() + i) SavedArray{array, version_of(array)};
  }
  node->n_saved = static_cast<uint8_t>(n_saved);
  if (state.anomaly) [[unlikely]]
    extras_of(node).path = Frame::path();
  remember_stream(node, node->value.device());
  return result;
}

std::vector<Tensor> new_ops(const char* name, std::vector<Array>&& outputs, const Inputs& inputs, Keep keep,
                            const saved& kept, size_t closure, Tensor& op) {
  TENON_CHECK(!keep.output, ValueError, name, ": record keeps the output of an op with one output only; use saved{}");
  TENON_CHECK(outputs.size() < 65536, ValueError, name, ": record takes at most 65535 outputs");
  op = new_op(name, Array(), inputs, keep, kept, closure);
  if (!outputs.empty()) remember_stream(op.node(), outputs[0].device());
  op.node()->n_outputs = static_cast<uint32_t>(outputs.size());
  std::vector<Tensor> results;
  results.reserve(outputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!is_floating(outputs[i].dtype())) {
      results.push_back(plain(name, static_cast<Array&&>(outputs[i])));
      continue;
    }
    results.push_back(new_op(name, static_cast<Array&&>(outputs[i]), {op}, keep_nothing, saved{}, 0));
    results.back().node()->port = static_cast<uint16_t>(i + 1);
  }
  return results;
}

Extras& extras_of(Node* node) {
  if (!node->extras) node->extras = new Extras;
  return *node->extras;
}

void let_go(Node* node) noexcept {
  if (node->type) node->type->destroy(node->closure());
  for (int i = 0; i < node->n_saved; ++i) node->saved()[i].~SavedArray();
  for (uint32_t i = 0; i < node->n_inputs; ++i) {
    const Edge edge = node->inputs()[i];
    if (!edge.node) continue;
    edge.kept ? drop_handle(edge.node) : drop_edge(edge.node);
  }
  node->type = nullptr;
  node->n_saved = 0;
  node->n_inputs = 0;
}

static void free_node(Node* node) noexcept {
  const uint16_t block_class = node->block_class;
  node->~Node();
  give_block(node, block_class);
}

void edge_gone(Node* node) noexcept {
  if (node->is_leaf() && !node->extras) return free_node(node);  // holds nothing but its value
  // What a node held may die with it, and what that held: a list instead of recursion, however deep the graph is.
  node->next = state.dead;
  state.dead = node;
  if (state.draining) return;
  state.draining = true;
  while (Node* dead = state.dead) {
    state.dead = dead->next;
    let_go(dead);
    delete dead->extras;
    free_node(dead);
  }
  state.draining = false;
}

void handle_gone(Node* node) noexcept {
  if (__atomic_load_n(&node->edges, __ATOMIC_ACQUIRE) == 1) return edge_gone(node);
  if (!node->keep_value) {
    node->handles = 0;  // `release` leaves the last one standing
    node->value.drop_storage();
  }
  drop_edge(node);
}

}  // namespace tenon::inline v0::detail
