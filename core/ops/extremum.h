#pragma once
#include "tenon/core/array.h"
#include "tenon/core/indexed.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// nan counts as larger and as smaller than everything: it comes through. All throw IndexError for an axis out of range;
// those that look for an element throw ShapeError where there is none.

/// The largest, the smallest element over the given axes, by default all.
Array amax(const Array& x, const Axes& axes = {}, bool keepdim = false);
Array amin(const Array& x, const Axes& axes = {}, bool keepdim = false);
/// The same over all axes.
Array max(const Array& x);
Array min(const Array& x);
/// Along one axis, with the position of the first element of that value.
Indexed<Array> max(const Array& x, int64_t axis, bool keepdim = false);
Indexed<Array> min(const Array& x, int64_t axis, bool keepdim = false);
/// The position (int64) of the first largest, smallest element: in x flattened, or along one axis.
Array argmax(const Array& x);
Array argmin(const Array& x);
Array argmax(const Array& x, int64_t axis, bool keepdim = false);
Array argmin(const Array& x, int64_t axis, bool keepdim = false);
/// Whether any, whether every element is not 0, as bool; nan is not 0. Of no elements: false, true.
Array any(const Array& x, const Axes& axes = {}, bool keepdim = false);
Array all(const Array& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
