// Internal: how gradients are brought into shape and summed up.
#pragma once
#include "tenon/autograd/state.h"

namespace tenon::inline v0::detail {

/// The gradient of input `i` of `op` in the shape, dtype and on the device of `like`: broadcast axes are summed. Throws
/// GradError for any other difference.
Tensor fit(Tensor&& gradient, const Array& like, const char* op, size_t i);
/// sum += gradient, in place where nobody else sees the sum and it need not be differentiated.
void add_up(Tensor& sum, Tensor&& gradient, bool create_graph);
/// Adds to what `grad()` gives. Safe from several threads at once.
void accumulate(Node* node, Tensor&& gradient, bool create_graph);
/// What `grad()` gives.
Tensor accumulated(const Node* node);
void set_accumulated(Node* node, const Tensor& gradient);

}  // namespace tenon::inline v0::detail
