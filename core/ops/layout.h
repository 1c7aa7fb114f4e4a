#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Views: they copy nothing and see the memory of `x`. Negative axes count from the end. All throw IndexError for an
// axis out of range.

/// The elements of `x` in C order as another shape; one size may be -1. A view where the strides allow it, else a copy.
/// Throws ShapeError when the number of elements differs.
Array reshape(const Array& x, const Shape& shape);
/// Merges the axes `start` to `end` (included) into one.
Array flatten(const Array& x, int64_t start = 0, int64_t end = -1);
/// Swaps two axes; the last two by default.
Array transpose(const Array& x, int64_t a = -2, int64_t b = -1);
/// All axes in the given order: the result's axis i is axis `order[i]` of x. Throws ShapeError for an incomplete order.
Array transpose(const Array& x, const Axes& order);
Array permute(const Array& x, const Axes& order);
/// Drops axes of size 1: all of them, or those named. A named axis of another size stays.
Array squeeze(const Array& x, const Axes& axes = {});
/// Adds an axis of size 1 before position `axis` of the result.
Array unsqueeze(const Array& x, int64_t axis);
/// Repeats axes of size 1, and new leading ones, to fill `shape` without copying; -1 keeps a size. Throws ShapeError.
Array expand(const Array& x, const Shape& shape);
/// Positions start, start + step, ... before `stop` of an axis, as in NumPy: negative positions count from the end,
/// those out of range are cut. Throws ValueError unless step > 0.
Array slice(const Array& x, int64_t axis, int64_t start, int64_t stop = to_end, int64_t step = 1);
/// One position of an axis, which goes away. Throws IndexError.
Array select(const Array& x, int64_t axis, int64_t index);

// Copies.

/// x itself if it is row-major, else a row-major copy.
Array contiguous(const Array& x);
/// A copy in memory of its own, dense, in the stride order of x.
Array clone(const Array& x);
/// The elements as another dtype; x itself where nothing changes. Floating to integer cuts the fraction; to bool: != 0.
Array cast(const Array& x, DType dtype);
/// Overwrites the elements of x with those of `source`, broadcast, cast and moved to fit. Counts as an in-place write.
/// Throws ShapeError, ReadOnlyError.
void copy_(const Array& x, const Array& source);
/// On another device; x itself where it is there already. See ToOptions for when it returns.
Array to_device(const Array& x, Device device, ToOptions options = {});

}  // namespace v0
}  // namespace tenon
