#pragma once

#include <string>
#include <string_view>

namespace tenon::inline v0 {
namespace train::detail {

constexpr size_t longest_yaml = 1 << 20;
constexpr size_t deepest_yaml = 64;

/// Refuses, before the parser sees it, a text that is too long, or holds control characters or broken UTF-8 (the parser
/// takes one of these for the end of the text). Throws ConfigError with line and column.
void check_text(std::string_view text, const std::string& source);

}  // namespace train::detail
}  // namespace tenon::inline v0
