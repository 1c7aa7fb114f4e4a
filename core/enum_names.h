#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The name of an enumerator: "mean" for Reduction::mean; "" if the enum has none with this value.
template <auto Value>
constexpr std::string_view enumerator_name() {
  // "... [with auto Value = tenon::Reduction::mean; ...]", or "(tenon::Reduction)7" without an enumerator.
  constexpr std::string_view text = __PRETTY_FUNCTION__;
  constexpr size_t begin = text.find("Value = ") + 8;
  constexpr size_t end = text.find_first_of(";]", begin);
  if (text[begin] == '(') return "";
  return text.substr(text.rfind("::", end) + 2, end - text.rfind("::", end) - 2);
}

/// The names of an enum class whose values are 0, 1, 2 and so on without a gap, at most 32.
template <class Enum>
const std::vector<std::string>& enum_names() {
  static const std::vector<std::string> names = []<size_t... I>(std::index_sequence<I...>) {
    std::vector<std::string> all;
    // Stops at the first value without a name.
    (void)((!enumerator_name<static_cast<Enum>(I)>().empty() &&
            (all.emplace_back(enumerator_name<static_cast<Enum>(I)>()), true)) &&
           ...);
    return all;
  }
  (std::make_index_sequence<32>());
  return names;
}

}  // namespace v0
}  // namespace tenon
