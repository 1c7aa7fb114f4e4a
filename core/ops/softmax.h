#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Along one axis; an array of no dimensions has axis 0, of one element. x must be floating (DTypeError). They throw
// IndexError for an axis out of range.

/// exp(x) / sum(exp(x)), computed from x - max(x): nothing overflows.
Array softmax(const Array& x, int64_t axis);
/// x - logsumexp(x)
Array log_softmax(const Array& x, int64_t axis);

// The gradients, from the output y: dy, y -> dx. Same shapes, or ShapeError.

/// y (dy - sum(dy y))
Array softmax_grad(const Array& dy, const Array& y, int64_t axis);
/// dy - exp(y) sum(dy)
Array log_softmax_grad(const Array& dy, const Array& y, int64_t axis);

}  // namespace v0
}  // namespace tenon
