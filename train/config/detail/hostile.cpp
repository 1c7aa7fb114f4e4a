#include "tenon/train/config/detail/hostile.h"

#include "tenon/core/check.h"

namespace tenon::inline v0 {
namespace train::detail {
namespace {

/// Bytes of the UTF-8 sequence at the front of text; 0 if it is broken, overlong, a surrogate or beyond U+10FFFF.
size_t sequence_length(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  auto follows = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0)) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90)) return 0;
    return follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

void check_text(std::string_view text, const std::string& source) {
  TENON_CHECK(text.size() <= longest_yaml, ConfigError, source, ": longer than ", longest_yaml, " bytes");
  int line = 1;
  int column = 1;
  for (size_t i = 0; i < text.size();) {
    const size_t length = sequence_length(text.substr(i));
    TENON_CHECK(length > 0, ConfigError, source, ":", line, ":", column, ": not UTF-8");
    TENON_CHECK(!is_control(text[i]), ConfigError, source, ":", line, ":", column, ": control character ",
                int{text[i]});
    if (text[i] == '\n') {
      ++line;
      column = 0;
    }
    ++column;
    i += length;
  }
}

}  // namespace train::detail
}  // namespace tenon::inline v0
