#pragma once

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What ops that look for elements return: the elements, and their positions along the axis (int64).
template <class A>
struct Indexed {
  A values;
  A indices;
};

}  // namespace v0
}  // namespace tenon
