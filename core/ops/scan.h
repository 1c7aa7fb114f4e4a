#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Along one axis. They throw IndexError for an axis out of range.

/// out[i] = x[0] + ... + x[i]; bool and integers give int64.
Array cumsum(const Array& x, int64_t axis);
/// out[i] = x[0] * ... * x[i]; bool and integers give int64.
Array cumprod(const Array& x, int64_t axis);
/// h[i] = a[i] * h[i - 1] + b[i], from h[-1] = 0: a linear recurrence. a and b broadcast; they must be floating
/// (DTypeError). Throws ShapeError.
Array linear_scan(const Array& a, const Array& b, int64_t axis);

}  // namespace v0
}  // namespace tenon
