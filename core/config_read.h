#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
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

/// A config value and the way to it. Everything it throws is a ConfigError with place and path:
/// `configs/a.yaml:12:7: optimizer.lr: expected a number, got the text "fast"`.
/// It refers to the value, which has to outlive it.
class ConfigReader {
 public:
  explicit ConfigReader(const ConfigValue& value, std::string path = "") : value_(&value), path_(std::move(path)) {}

  const ConfigValue& value() const { return *value_; }
  /// "model.0.out"; empty at the root.
  const std::string& path() const { return path_; }

  /// The value as what it has to be. An integer is a number; nothing else turns into anything else.
  bool boolean() const;
  int64_t integer(int64_t least = std::numeric_limits<int64_t>::min(),
                  int64_t most = std::numeric_limits<int64_t>::max()) const;
  double number() const;
  const std::string& text() const;
  /// The position in `names` of the text; `what` says what they are: `unknown layer "Conv2D"; did you mean "Conv2d"?`
  size_t choice(std::span<const std::string> names, std::string_view what) const;
  /// A list's items; the elements of a map with their keys.
  std::vector<ConfigReader> items() const;
  std::vector<std::pair<std::string, ConfigReader>> entries() const;

  /// A map's value under a key; an empty value counts as a map without keys.
  std::optional<ConfigReader> find(std::string_view key) const;
  /// Likewise, and throws if it is missing.
  ConfigReader at(std::string_view key) const;
  /// Throws if the map has a key that is not among `known`, or if the value is no map.
  void check_keys(std::span<const std::string_view> known) const;

  /// The value under the key `tag`, which says what the other keys mean: `{type: Conv2d, in: 1}`. A text alone,
  /// `Flatten`, is the tag of a map without other keys. The tag is no unknown key afterwards.
  ConfigReader take_tag(std::string_view tag);

  [[noreturn]] void fail(std::string_view what) const;
  /// Likewise; a text whose first word, up to a space or a colon, is one of the map's keys is about that one's value,
  /// and shows its place.
  [[noreturn]] void fail_option(std::string_view what) const;

 private:
  bool is_empty_map() const;
  [[noreturn]] void fail_type(std::string_view expected) const;

  const ConfigValue* value_;
  std::string path_;
  std::string tag_;
};

/// Reads a value into a variable, strictly. Overloads below read the plain types and everything made of them; one for a
/// type of your own, beside that type, is found too.
void read_config(const ConfigReader& from, bool& to);
void read_config(const ConfigReader& from, float& to);
void read_config(const ConfigReader& from, double& to);
void read_config(const ConfigReader& from, std::string& to);
/// A number, or a list of two.
void read_config(const ConfigReader& from, Pair& to);
/// The tree itself, for a part whose types are known later.
void read_config(const ConfigReader& from, ConfigValue& to);

template <class T>
requires std::is_integral_v<T>
void read_config(const ConfigReader& from, T& to) {
  constexpr auto most = std::numeric_limits<T>::max();
  constexpr auto limit = std::numeric_limits<int64_t>::max();
  to = static_cast<T>(from.integer(static_cast<int64_t>(std::numeric_limits<T>::min()),
                                   static_cast<uint64_t>(most) > uint64_t{limit} ? limit : static_cast<int64_t>(most)));
}

template <int64_t Least>
void read_config(const ConfigReader& from, AtLeast<Least>& to) {
  to = from.integer(Least);
}

template <class T>
requires std::is_enum_v<T>
void read_config(const ConfigReader& from, T& to) { to = static_cast<T>(from.choice(enum_names<T>(), "value")); }

template <class T>
void read_config(const ConfigReader& from, Required<T>& to) {
  read_config(from, to.value);
}

template <class T>
void read_config(const ConfigReader& from, std::optional<T>& to);
template <class T>
void read_config(const ConfigReader& from, std::vector<T>& to);
/// A map, in the order of the text.
template <class T>
void read_config(const ConfigReader& from, std::vector<std::pair<std::string, T>>& to);

/// A map onto an options struct; a key that is missing leaves its member as it is, unless the member is Required.
template <HasFields O>
void read_config(const ConfigReader& from, O& to) {
  from.check_keys(O::fields::names);
  O::fields::each(to, [&]<class Member>(std::string_view name, Member& member) {
    if constexpr (requires { member = Unset(); }) {
      read_config(from.at(name), member);
    } else if (const auto value = from.find(name)) {
      read_config(*value, member);
    }
  });
  if constexpr (requires { to.check(); }) {
    try {
      to.check();
    } catch (const Error& error) {
      from.fail_option(error.what());
    }
  }
}

/// A T out of a config.
template <class T>
T from_config(const ConfigReader& from) {
  if constexpr (HasFields<T>) {
    T made = make_options<T>();
    read_config(from, made);
    return made;
  } else {
    T made{};
    read_config(from, made);
    return made;
  }
}

template <class T>
void read_config(const ConfigReader& from, std::optional<T>& to) {
  if (from.value().kind == ConfigValue::Kind::null) {
    to.reset();
  } else {
    to = from_config<T>(from);
  }
}

template <class T>
void read_config(const ConfigReader& from, std::vector<T>& to) {
  to.clear();
  for (const ConfigReader& item : from.items()) to.push_back(from_config<T>(item));
}

template <class T>
void read_config(const ConfigReader& from, std::vector<std::pair<std::string, T>>& to) {
  to.clear();
  for (const auto& [key, value] : from.entries()) to.emplace_back(key, from_config<T>(value));
}

}  // namespace v0
}  // namespace tenon
