#pragma once
#include <string>
#include <string_view>
#include <type_traits>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Appends a number as a person would write it: `3`, `0.1`, `1e-05`.
void append_text(std::string& to, long long value);
void append_text(std::string& to, unsigned long long value);
void append_text(std::string& to, double value);
inline void append_text(std::string& to, const char* value) { to += value; }
inline void append_text(std::string& to, std::string_view value) { to += value; }
inline void append_text(std::string& to, char value) { to += value; }
inline void append_text(std::string& to, bool value) { to += value ? "true" : "false"; }

/// The parts, one behind the other, as one string. A type takes part by an `append_text` of its own.
template <class... Parts>
[[gnu::noinline, gnu::cold]] std::string text(const Parts&... parts) {
  std::string all;
  auto append = [&all](const auto& part) {
    using T = std::remove_cvref_t<decltype(part)>;
    if constexpr (std::is_same_v<T, char> || std::is_same_v<T, bool>) {
      append_text(all, part);
    } else if constexpr (std::is_integral_v<T> && std::is_unsigned_v<T>) {
      append_text(all, static_cast<unsigned long long>(part));
    } else if constexpr (std::is_integral_v<T>) {
      append_text(all, static_cast<long long>(part));
    } else if constexpr (std::is_floating_point_v<T>) {
      append_text(all, static_cast<double>(part));
    } else {
      append_text(all, part);
    }
  };
  (append(parts), ...);
  return all;
}

}  // namespace v0
}  // namespace tenon
