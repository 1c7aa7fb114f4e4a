#pragma once
#include <vector>

#include "tenon/core/array.h"
#include "tenon/core/options.h"

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
/// A part of each image of x [N, H, W, C], mirrored left to right or not: [N, size.h, size.w, C]. places: integers
/// [N, 3], for each image the row and the column of x where the part begins, and whether it is mirrored (not 0). Where
/// it leaves the image, it is 0: negative places pad in front. Throws ShapeError, DTypeError for other places,
/// ValueError for a negative size.
Array crop_flip(const Array& x, const Array& places, Pair size);

}  // namespace v0
}  // namespace tenon
