#include "tenon/autograd/accumulate.h"

#include <algorithm>
#include <mutex>

#include "tenon/autograd/ops/arithmetic.h"
#include "tenon/autograd/ops/layout.h"
#include "tenon/autograd/ops/sum.h"
#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

namespace {

/// Leaves are shared between threads; a few locks serve them all.
std::mutex& lock_of(const Node* node) {
  static constinit std::mutex locks[16]{};
  return locks[reinterpret_cast<uintptr_t>(node) >> 8 & 15];
}

/// The axes of `large` that broadcasting made out of `small`; false where that is not how they differ.
bool broadcast_axes(const View& large, const View& small, std::vector<int64_t>& axes) {
  const int added = large.ndim - small.ndim;
  if (added < 0) return false;
  for (int i = 0; i < large.ndim; ++i) {
    if (i >= added && large.shape[i] == small.shape[i - added]) continue;
    if (i >= added && small.shape[i - added] != 1) return false;
    axes.push_back(i);
  }
  return true;
}

/// Nobody else sees the memory, it may be written, and each element is there once.
bool is_unique(const Tensor& t) {
  const Storage& storage = *t.array().storage();
  return __atomic_load_n(&t.node()->handles, __ATOMIC_ACQUIRE) == 1 &&
         __atomic_load_n(&storage.count, __ATOMIC_ACQUIRE) == 1 && !storage.read_only && t.array().raw().layout & dense;
}

/// Whether memory laid out like `view` is what a gradient of `leaf` should look like.
bool has_layout_of(const View& view, const View& leaf) {
  if (view.layout & leaf.layout & row_major) [[likely]]
    return true;
  if (!(view.layout & leaf.layout & dense)) return false;
  for (int i = 0; i < view.ndim; ++i) {
    if (view.shape[i] != 1 && view.strides[i] != leaf.strides[i]) return false;
  }
  return true;
}

/// The gradient in memory of its own with the leaf's strides: taken over where possible, else copied.
Tensor own(Tensor&& gradient, const Array& leaf) {
  if (is_unique(gradient) && has_layout_of(gradient.array().raw(), leaf.raw())) return std::move(gradient);
  Array copy = empty_like(leaf, gradient.dtype());
  copy_(copy, gradient.array());
  return record("clone", std::move(copy), {gradient}, keep_nothing,
                [](const Backward& b) { return gradients(b.dy()); });
}

}  // namespace

Tensor fit(Tensor&& gradient, const Array& like, const char* op, size_t i) {
  Tensor g = std::move(gradient);
  const View want = like.raw();
  if (same_shape(g.array().raw(), want) && g.dtype() == want.dtype && g.device() == like.device()) [[likely]]
    return g;
  if (g.device() != like.device()) g = to_device(g, like.device());
  if (!same_shape(g.array().raw(), want)) {
    std::vector<int64_t> axes;
    TENON_CHECK(broadcast_axes(g.array().raw(), want, axes), GradError, "backward of ", op, ": the gradient of input ",
                i, " is ", g.shape(), ", the input ", like.shape());
    g = reshape(sum(g, axes, true), like.shape());
  }
  return cast(g, want.dtype);
}

void add_up(Tensor& sum, Tensor&& gradient, bool create_graph) {
  if (!sum.node()) {
    sum = std::move(gradient);
  } else if (!create_graph && is_unique(sum)) {
    add_(sum.array(), gradient.array());
  } else {
    sum = add(sum, gradient);
  }
}

void accumulate(Node* node, Tensor&& gradient, bool create_graph) {
  std::lock_guard lock(lock_of(node));
  Tensor& grad = extras_of(node).grad;
  if (!grad.defined()) {
    grad = own(std::move(gradient), node->value);
  } else if (create_graph || grad.requires_grad() || grad.array().read_only() || !(grad.array().raw().layout & dense)) {
    grad = add(grad, gradient);
  } else {
    add_(grad.array(), gradient.array());
  }
}

Tensor accumulated(const Node* node) {
  std::lock_guard lock(lock_of(node));
  return node->extras ? node->extras->grad : Tensor();
}

void set_accumulated(Node* node, const Tensor& gradient) {
  std::lock_guard lock(lock_of(node));
  extras_of(node).grad = gradient;
}

}  // namespace tenon::inline v0::detail
