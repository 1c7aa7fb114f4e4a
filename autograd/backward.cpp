#include "tenon/autograd/engine.h"
#include "tenon/core/check.h"

namespace tenon::inline v0 {

using detail::Edge;

namespace {

[[noreturn, gnu::cold, gnu::noinline]] void overwritten(const char* op, const char* what, const Array& value) {
  const char* writer = value.storage() ? value.storage()->last_writer : nullptr;
  throw GradError(
      text("backward of ", op, " reads ", what, ", which ", writer ? writer : "replace", " has overwritten since"));
}

bool same_version(const Array& value, uint32_t version) {
  return value.storage() && version_of(*value.storage()) == version;
}

}  // namespace

Tensor Backward::input(size_t i) const {
  TENON_CHECK(i < node_->n_inputs, GradError, "backward of ", node_->op, ": there is no input ", i);
  const Edge& edge = node_->inputs()[i];
  if (!edge.node) return Tensor();
  TENON_CHECK(edge.kept, GradError, "backward of ", node_->op, " reads input ", i,
              ", which record was not told to keep (keep_input(", i, "))");
  if (edge.node->replaced != edge.replaced || !same_version(edge.node->value, edge.version)) [[unlikely]] {
    overwritten(node_->op, "its input", edge.node->value);
  }
  return detail::tensor_of(edge.node);
}

Tensor Backward::output() const {
  TENON_CHECK(node_->keep_value, GradError, "backward of ", node_->op,
              " reads its output, which record was not told to keep (keep_output)");
  if (!same_version(node_->value, node_->version)) [[unlikely]]
    overwritten(node_->op, "its output", node_->value);
  return detail::tensor_of(node_);
}

const Array& Backward::saved(size_t i) const {
  TENON_CHECK(i < node_->n_saved, GradError, "backward of ", node_->op, ": record saved no array ", i);
  const detail::SavedArray& saved = node_->saved()[i];
  if (saved.array.defined() && !same_version(saved.array, saved.version)) [[unlikely]]
    overwritten(node_->op, "what it saved", saved.array);
  return saved.array;
}

bool Backward::needs(size_t i) const { return run_->wants(node_->inputs()[i].node); }

}  // namespace tenon::inline v0
