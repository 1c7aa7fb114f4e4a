#pragma once
#include "tenon/core/array.h"
#include "tenon/core/indexed.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Equal elements keep their order. nan counts as larger than everything, as in PyTorch: last where the order rises,
// first where it falls. They throw IndexError for an axis out of range.

/// The elements along an axis in order, with the positions that they come from.
Indexed<Array> sort(const Array& x, int64_t axis = -1, bool descending = false);
/// The positions alone: gather(x, axis, argsort(x, axis)) is in order.
Array argsort(const Array& x, int64_t axis = -1, bool descending = false);

struct TopkOptions {
  int64_t axis = -1;
  bool largest = true;  ///< else the k smallest
};
/// The k largest elements along an axis, from the largest on, with their positions. Throws ShapeError unless k lies in
/// [0, size of the axis].
Indexed<Array> topk(const Array& x, int64_t k, TopkOptions options = {});

}  // namespace v0
}  // namespace tenon
