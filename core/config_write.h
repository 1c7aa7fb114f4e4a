#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tenon/core/config_value.h"
#include "tenon/core/enum_names.h"
#include "tenon/core/options.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The tree that from_config reads back to the same value: what is written into a run's directory, defaults included.
/// Beside the plain types: everything that config_read.h reads; an overload for a type of your own is found too.
inline ConfigValue to_config(bool value) { return ConfigValue::make_boolean(value); }
inline ConfigValue to_config(float value) { return ConfigValue::make_real(value); }
inline ConfigValue to_config(double value) { return ConfigValue::make_real(value); }
inline ConfigValue to_config(const std::string& value) { return ConfigValue::make_string(value); }
inline ConfigValue to_config(const ConfigValue& value) { return value; }
/// A number where both are the same, otherwise a list of two.
ConfigValue to_config(const Pair& value);

template <class T>
requires std::is_integral_v<T> ConfigValue to_config(T value) {
  return ConfigValue::make_integer(static_cast<int64_t>(value));
}

template <int64_t Least>
ConfigValue to_config(AtLeast<Least> value) {
  return ConfigValue::make_integer(value);
}

template <class T>
requires std::is_enum_v<T> ConfigValue to_config(T value) {
  return ConfigValue::make_string(enum_names<T>().at(static_cast<size_t>(value)));
}

template <class T>
ConfigValue to_config(const Required<T>& value);
template <class T>
ConfigValue to_config(const std::optional<T>& value);
template <class T>
ConfigValue to_config(const std::vector<T>& value);
template <class T>
ConfigValue to_config(const std::vector<std::pair<std::string, T>>& value);

template <HasFields O>
ConfigValue to_config(const O& options) {
  ConfigValue map = ConfigValue::make_map();
  O::fields::each(options,
                  [&](std::string_view name, const auto& member) { map.add(std::string(name), to_config(member)); });
  return map;
}

template <class T>
ConfigValue to_config(const Required<T>& value) {
  return to_config(value.value);
}

template <class T>
ConfigValue to_config(const std::optional<T>& value) {
  return value ? to_config(*value) : ConfigValue();
}

template <class T>
ConfigValue to_config(const std::vector<T>& value) {
  ConfigValue list = ConfigValue::make_list();
  for (const T& item : value) list.add(to_config(item));
  return list;
}

template <class T>
ConfigValue to_config(const std::vector<std::pair<std::string, T>>& value) {
  ConfigValue map = ConfigValue::make_map();
  for (const auto& [key, item] : value) map.add(key, to_config(item));
  return map;
}

}  // namespace v0
}  // namespace tenon
