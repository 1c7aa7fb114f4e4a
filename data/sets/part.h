#pragma once

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// Which of a data set's two parts: the one to learn from, or the one to test with.
enum class Part { train, test };

}  // namespace data
}  // namespace v0
}  // namespace tenon
