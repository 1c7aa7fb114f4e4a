#include "tenon/train/config/detail/scalar.h"

#include <charconv>
#include <limits>
#include <string_view>

#include "tenon/core/check.h"

namespace tenon::inline v0 {
namespace train::detail {
namespace {

size_t digits(std::string_view text) {
  const size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

enum class Form { none, integer, real };

/// [-+]? (digits with no leading zero | .digits) (.digits?)? ([eE][-+]?digits)?
Form number_form(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const size_t whole = digits(text);
  if (whole > 1 && text[0] == '0') return Form::none;
  text.remove_prefix(whole);
  if (text.empty()) return whole > 0 ? Form::integer : Form::none;
  if (text[0] == '.') {
    text.remove_prefix(1);
    const size_t fraction = digits(text);
    if (whole + fraction == 0) return Form::none;
    text.remove_prefix(fraction);
  } else if (whole == 0) {
    return Form::none;
  }
  if (text.empty()) return Form::real;
  if (text[0] != 'e' && text[0] != 'E') return Form::none;
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return !text.empty() && digits(text) == text.size() ? Form::real : Form::none;
}

template <class Number>
Number parse(const std::string& text, const char* what) {
  const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
  Number number{};
  const auto result = std::from_chars(begin, text.data() + text.size(), number);
  TENON_CHECK(result.ec == std::errc(), ValueError, "the number ", text, " does not fit into ", what);
  return number;
}

}  // namespace

ConfigValue plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return ConfigValue();
  if (text == "true" || text == "false") return ConfigValue::make_boolean(text == "true");
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (text == ".inf" || text == "+.inf") return ConfigValue::make_real(infinity);
  if (text == "-.inf") return ConfigValue::make_real(-infinity);
  if (text == ".nan") return ConfigValue::make_real(std::numeric_limits<double>::quiet_NaN());

  ConfigValue value;
  switch (number_form(text)) {
    case Form::integer:
      value = ConfigValue::make_integer(parse<int64_t>(text, "64 bits"));
      break;
    case Form::real:
      value = ConfigValue::make_real(parse<double>(text, "a float64"));
      break;
    case Form::none:
      return ConfigValue::make_string(text);
  }
  value.text = text;
  return value;
}

}  // namespace train::detail
}  // namespace tenon::inline v0
