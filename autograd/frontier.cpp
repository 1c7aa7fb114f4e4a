#include "tenon/autograd/frontier.h"

#include <algorithm>

namespace tenon::inline v0::detail {

namespace {
constexpr uint32_t none = ~uint32_t{0};

/// The greater, the earlier.
uint64_t turn_of(const Node* node) {
  if (!node->is_leaf()) return uint64_t{node->depth} * 2;
  return uint64_t{__atomic_load_n(&node->last_reader, __ATOMIC_RELAXED)} * 2 - 1;
}

size_t hash(const Node* node) { return reinterpret_cast<uintptr_t>(node) * 0x9e3779b97f4a7c15u >> 32; }
}  // namespace

uint32_t Frontier::find(const Node* node) const {
  if (table_.empty()) {
    for (size_t i = waiting_.size(); i-- > 0;) {
      if (waiting_[i].node.get() == node) return static_cast<uint32_t>(i);
    }
    return none;
  }
  const size_t mask = table_.size() - 1;
  for (size_t slot = hash(node) & mask; table_[slot]; slot = (slot + 1) & mask) {
    if (waiting_[table_[slot] - 1].node.get() == node) return table_[slot] - 1;
  }
  return none;
}

void Frontier::index(uint32_t position) {
  const size_t mask = table_.size() - 1;
  size_t slot = hash(waiting_[position].node.get()) & mask;
  while (table_[slot]) slot = (slot + 1) & mask;
  table_[slot] = position + 1;
}

void Frontier::wait(Pending&& pending) {
  const auto position = static_cast<uint32_t>(waiting_.size());
  if (position == 0) {
    waiting_.reserve(few);
    heap_.reserve(few);
  }
  waiting_.push_back(std::move(pending));
  if (waiting_.size() > few && waiting_.size() * 2 > table_.size()) {
    table_.assign(std::max<size_t>(table_.size() * 2, 4 * few), 0);
    for (uint32_t i = 0; i <= position; ++i) {
      if (waiting_[i].node.get()) index(i);
    }
  } else if (!table_.empty()) {
    index(position);
  }
  heap_.emplace_back(turn_of(waiting_[position].node.get()), position);
  std::push_heap(heap_.begin(), heap_.end());
}

Pending& Frontier::at(Node* node) {
  if (next_.node.get() == node) return next_;
  if (const uint32_t position = find(node); position != none) return waiting_[position];
  Pending fresh{NodePtr(node), {}, {}};
  if (!node->is_leaf() && (!next_.node.get() || node->depth > next_.node->depth)) {
    if (next_.node.get()) wait(std::move(next_));
    return next_ = std::move(fresh);
  }
  wait(std::move(fresh));
  return waiting_.back();
}

bool Frontier::take(Pending& to) {
  const bool heap_first = !heap_.empty() && (!next_.node.get() || heap_.front().first > turn_of(next_.node.get()));
  if (!heap_first) {
    to = std::move(next_);
    return to.node.get();
  }
  std::pop_heap(heap_.begin(), heap_.end());
  to = std::move(waiting_[heap_.back().second]);
  heap_.pop_back();
  return true;
}

}  // namespace tenon::inline v0::detail
