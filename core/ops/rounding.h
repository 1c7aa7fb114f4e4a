#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// To whole numbers, elementwise. Integers stay as they are (a copy). Throw DTypeError on bool.

/// Down, up, to the nearest (halves to the even neighbour), toward 0.
Array floor(const Array& x);
Array ceil(const Array& x);
Array round(const Array& x);
Array trunc(const Array& x);

}  // namespace v0
}  // namespace tenon
