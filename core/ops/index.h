#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Indices are integer arrays (DTypeError otherwise) that count from 0: there are no negative ones. One out of range
// throws IndexError, naming it and the axis, when the call returns; on a device, at the next synchronisation. Along an
// axis, an array of no dimensions counts as one of a single element.

/// The slices of x at the positions `index` (1-d, or 0-d for one) along an axis:
/// out[..., j, ...] = x[..., index[j], ...]. Throws ShapeError.
Array index_select(const Array& x, int64_t axis, const Array& index);
/// Rows of a table. index: any shape, weight: [rows, features] -> [..., features]. Throws ShapeError.
Array embedding(const Array& index, const Array& weight);
/// x with the slices of `source` added at the positions `index` (1-d) along an axis; several may go to one position.
/// The source is shaped like x, but has as many slices as there are indices. Of x's dtype. Throws ShapeError.
Array index_add(const Array& x, int64_t axis, const Array& index, const Array& source);
/// out[i, j, ...] = x[i, index[i, j, ...], ...] for axis 1. The index has the dimensions of x, and is nowhere larger
/// except along the axis; the result has its shape. Throws ShapeError.
Array gather(const Array& x, int64_t axis, const Array& index);
/// x with the elements of `source` added where `index` says: out[i, index[i, j, ...], ...] += source[i, j, ...] for
/// axis 1. What meets in one place is added in order, so the result is the same every time. The index is nowhere larger
/// than the source, nor than x except along the axis. Of x's dtype. Throws ShapeError.
Array scatter_add(const Array& x, int64_t axis, const Array& index, const Array& source);

/// The positions of the elements that are not 0, in C order: int64 [how many, dimensions of x]. Waits for the device.
Array nonzero(const Array& x);
/// The elements of x where the mask (bool) holds, in C order: [how many]. The two broadcast. Waits for the device.
/// Throws DTypeError, ShapeError.
Array masked_select(const Array& x, const Array& mask);
/// 1 at the index, else 0: int64 [..., classes]. By default there are as many classes as the largest index asks for.
/// Throws IndexError for an index out of range.
Array one_hot(const Array& index, int64_t classes = -1);

}  // namespace v0
}  // namespace tenon
