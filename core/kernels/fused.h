#pragma once
#include <cstdint>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What a product or a convolution applies to its result before it writes it.
enum class Activation : uint8_t { none, relu };

}  // namespace v0
}  // namespace tenon
