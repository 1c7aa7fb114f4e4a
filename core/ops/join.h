#pragma once
#include <initializer_list>
#include <vector>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The arrays one behind the other along an axis; all other sizes agree, dtypes are promoted. The result has the stride
/// order of the first. Throws ShapeError, ValueError for no arrays, DeviceError.
Array cat(const std::vector<Array>& arrays, int64_t axis = 0);
inline Array cat(std::initializer_list<Array> arrays, int64_t axis = 0) {
  return cat(std::vector<Array>(arrays), axis);
}
/// The arrays, all of one shape, along a new axis. Same errors.
Array stack(const std::vector<Array>& arrays, int64_t axis = 0);
inline Array stack(std::initializer_list<Array> arrays, int64_t axis = 0) {
  return stack(std::vector<Array>(arrays), axis);
}
/// Views of `size` positions each along an axis; the last may have fewer. Throws ValueError unless size > 0.
std::vector<Array> split(const Array& x, int64_t size, int64_t axis = 0);
/// Views of the given sizes, which add up to that of the axis. Throws ShapeError.
std::vector<Array> split(const Array& x, const std::vector<int64_t>& sizes, int64_t axis = 0);
/// At most `count` views of equal size along an axis; the last may be smaller. Throws ValueError unless count > 0.
std::vector<Array> chunk(const Array& x, int64_t count, int64_t axis = 0);

}  // namespace v0
}  // namespace tenon
