#include "tenon/core/text.h"

#include <charconv>

namespace tenon::inline v0 {

namespace {
template <class T>
void append_number(std::string& to, T value) {
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  to.append(buffer, end);
}
}  // namespace

void append_text(std::string& to, long long value) { append_number(to, value); }
void append_text(std::string& to, unsigned long long value) { append_number(to, value); }
void append_text(std::string& to, double value) { append_number(to, value); }

}  // namespace tenon::inline v0
