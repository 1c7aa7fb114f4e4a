#pragma once
#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Elementwise, in radians. Integers and bool give float32. Outside the domain the result is nan.

Array sin(const Array& x);
Array cos(const Array& x);
Array tan(const Array& x);
Array asin(const Array& x);
Array acos(const Array& x);
Array atan(const Array& x);
Array sinh(const Array& x);
Array cosh(const Array& x);
/// The angle of the point (x, y), in (-pi, pi]. Broadcasts and promotes.
Array atan2(const Array& y, const Array& x);

}  // namespace v0
}  // namespace tenon
