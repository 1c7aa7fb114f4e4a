#include "tenon/core/config_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "tenon/core/check.h"

namespace tenon::inline v0 {
namespace {

template <class Float>
std::string shortest(Float value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, result.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

ConfigValue scalar(ConfigValue::Kind kind, std::string text) {
  ConfigValue value;
  value.kind = kind;
  value.text = std::move(text);
  return value;
}

/// The item of a list that one part of a path names.
ConfigValue& list_item(ConfigValue& list, std::string_view before, std::string_view part, const ConfigPlace& place) {
  size_t index = 0;
  const auto result = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool is_index = result.ec == std::errc() && result.ptr == part.data() + part.size();
  if (is_index && index < list.items.size()) return list.items[index];
  TENON_CHECK(!list.items.empty(), ConfigError, place.text(), ": ", before, " is an empty list");
  throw ConfigError(text(place.text(), ": ", before, " is a list: expected an index from 0 to ", list.items.size() - 1,
                         ", got \"", part, "\""));
}

}  // namespace

std::string ConfigPlace::text() const {
  if (!source) return "";
  return line == 0 ? *source : tenon::text(*source, ":", line, ":", column);
}

ConfigValue ConfigValue::make_boolean(bool value) {
  ConfigValue made = scalar(Kind::boolean, value ? "true" : "false");
  made.boolean = value;
  return made;
}

ConfigValue ConfigValue::make_integer(int64_t value) {
  ConfigValue made = scalar(Kind::integer, std::to_string(value));
  made.integer = value;
  return made;
}

ConfigValue ConfigValue::make_real(double value) {
  ConfigValue made = scalar(Kind::real, shortest(value));
  made.real = value;
  return made;
}

ConfigValue ConfigValue::make_real(float value) {
  ConfigValue made = scalar(Kind::real, shortest(value));
  made.real = value;
  return made;
}

ConfigValue ConfigValue::make_string(std::string value) { return scalar(Kind::string, std::move(value)); }
ConfigValue ConfigValue::make_list() { return scalar(Kind::list, ""); }
ConfigValue ConfigValue::make_map() { return scalar(Kind::map, ""); }

const ConfigValue* ConfigValue::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].name == key) return &items[i];
  }
  return nullptr;
}

ConfigValue* ConfigValue::find(std::string_view key) {
  return const_cast<ConfigValue*>(std::as_const(*this).find(key));
}

ConfigValue& ConfigValue::add(std::string key, ConfigValue value) {
  keys.push_back({std::move(key), value.place});
  return add(std::move(value));
}

ConfigValue& ConfigValue::add(ConfigValue value) {
  items.push_back(std::move(value));
  return items.back();
}

std::string ConfigValue::describe() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::string:
      return "the text \"" + text + "\"";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    default:
      return text;
  }
}

bool operator==(const ConfigValue& a, const ConfigValue& b) {
  if (a.kind != b.kind || a.keys.size() != b.keys.size() || a.items != b.items) return false;
  for (size_t i = 0; i < a.keys.size(); ++i) {
    if (a.keys[i].name != b.keys[i].name) return false;
  }
  switch (a.kind) {
    case ConfigValue::Kind::boolean:
      return a.boolean == b.boolean;
    case ConfigValue::Kind::integer:
      return a.integer == b.integer;
    case ConfigValue::Kind::real:
      return a.real == b.real || (std::isnan(a.real) && std::isnan(b.real));
    case ConfigValue::Kind::string:
      return a.text == b.text;
    default:
      return true;
  }
}

void set_config(ConfigValue& root, std::string_view path, ConfigValue value) {
  const ConfigPlace place = value.place;
  ConfigValue* at = &root;
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    const std::string_view before = path.substr(0, begin == 0 ? 0 : begin - 1);
    TENON_CHECK(!part.empty(), ConfigError, place.text(), ": the path \"", path, "\" has an empty part");
    if (at->kind == ConfigValue::Kind::list) {
      at = &list_item(*at, before, part, place);
    } else {
      if (at->kind == ConfigValue::Kind::null) {
        *at = ConfigValue::make_map();
        at->place = place;
      }
      TENON_CHECK(at->kind == ConfigValue::Kind::map, ConfigError, place.text(), ": ", before, " is ", at->describe(),
                  ", it has no \"", part, "\"");
      ConfigValue* next = at->find(part);
      if (!next) {
        ConfigValue empty;
        empty.place = place;
        next = &at->add(std::string(part), std::move(empty));
      }
      at = next;
    }
    begin = end + 1;
  }
  *at = std::move(value);
}

}  // namespace tenon::inline v0
