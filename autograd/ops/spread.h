// Internal: what gradients of reductions have in common.
#pragma once
#include "tenon/autograd/record.h"

namespace tenon::inline v0::detail {

/// The gradient of a reduction over `axes` (a bit set), with or without keepdim, laid over the shape of what was
/// reduced. A view.
Tensor spread(const Tensor& dy, const Shape& shape, uint32_t axes);

}  // namespace tenon::inline v0::detail
