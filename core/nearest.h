#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The candidate that `name` is most likely a misspelling of; "" if none is near.
/// Near: at most one edit (insert, remove, replace, swap of two neighbours) for every three letters, and one in a
/// shorter name; letters' case does not count.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

/// What to append to an error about an unknown name: `; did you mean "relu"?`, or `; known: relu, gelu` if none is
/// near, or "" without candidates.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace v0
}  // namespace tenon
