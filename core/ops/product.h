// Internal: products into memory that is there already.
#pragma once
#include "tenon/core/array.h"

namespace tenon::inline v0::detail {

/// out = a b over the last two axes, the others broadcast to out's. All of one dtype and device, with at least two
/// axes. Operands are read as they lie, and `out` may have any strides without overlap: a matrix whose rows run on,
/// counted by up to two axes, costs no copy.
void product_into(const Array& out, const Array& a, const Array& b);

}  // namespace tenon::inline v0::detail
