#include "tenon/train/config/detail/hostile.h"

#include "tenon/core/check.h"
#include "tenon/core/utf8.h"

namespace tenon::inline v0 {
namespace train::detail {
namespace {

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

}  // namespace

void check_text(std::string_view text, const std::string& source) {
  TENON_CHECK(text.size() <= longest_yaml, ConfigError, source, ": longer than ", longest_yaml, " bytes");
  int line = 1;
  int column = 1;
  for (size_t i = 0; i < text.size();) {
    const size_t length = utf8_length(text.substr(i));
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
