#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The sum over the given axes, by default all; of no elements: 0. `keepdim` leaves the axes in place with size 1.
/// bool and integers give int64. Throws IndexError for an axis out of range or given twice.
Array sum(const Array& x, const Axes& axes = {}, bool keepdim = false);

}  // namespace v0
}  // namespace tenon
