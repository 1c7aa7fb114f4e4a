#pragma once
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Copies in another arrangement. All throw IndexError for an axis out of range.

/// The given axes, by default all, in reverse order.
Array flip(const Array& x, const Axes& axes = {});
/// The elements along an axis moved by `shift` places towards its end; what leaves there enters at the front.
Array roll(const Array& x, int64_t shift, int64_t axis);
/// x `counts[i]` times along each axis; missing leading axes of x, or counts, are 1. Throws ValueError for a negative
/// count.
Array tile(const Array& x, const Shape& counts);
/// Frames x with `value`: `widths` are pairs (before, after), the first for the last axis, the next for the one before
/// it, and so on, as in PyTorch. Negative widths cut. Throws ShapeError where nothing fits, ValueError for an odd list.
Array pad(const Array& x, const std::vector<int64_t>& widths, Scalar value = 0);
/// The matrices in the last two axes with 0 above (tril), below (triu) the diagonal; `diagonal` moves it to the right.
/// Throws ShapeError below two dimensions.
Array tril(const Array& x, int64_t diagonal = 0);
Array triu(const Array& x, int64_t diagonal = 0);

}  // namespace v0
}  // namespace tenon
