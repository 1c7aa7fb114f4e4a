// Internal: UTF-8, strictly.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::inline v0 {

/// Bytes of the character at the front of a text; 0 if there is none: broken, overlong, a surrogate or beyond U+10FFFF.
size_t utf8_length(std::string_view text);
/// The number of a character, given all of its bytes.
uint32_t code_point(std::string_view character);

}  // namespace tenon::inline v0
