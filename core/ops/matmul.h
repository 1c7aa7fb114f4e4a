#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Matrix product over the last two dimensions, broadcasting the others; any layout is read as it lies.
/// a: [..., m, k], b: [..., k, n] -> [..., m, n]. A 1-d `a` is a row, a 1-d `b` a column; that axis is dropped from the
/// result. Throws ShapeError if the inner dimensions differ or an input is 0-d.
Array matmul(const Array& a, const Array& b);

}  // namespace v0
}  // namespace tenon
