#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/core/error.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Where a value was written: a file with line and column (from 1), or another source without (line 0).
struct ConfigPlace {
  std::shared_ptr<const std::string> source;
  int line = 0;
  int column = 0;

  /// "configs/a.yaml:12:3", "--set optimizer.lr=x", or "" where there is no source.
  std::string text() const;
};

/// A tree of plain values: what a config is before anybody knows its types. It knows nothing of YAML.
struct ConfigValue {
  enum class Kind : uint8_t { null, boolean, integer, real, string, list, map };
  struct Key {
    std::string name;
    ConfigPlace place;
  };

  Kind kind = Kind::null;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  std::string text;                ///< a string's value; a number as it was, or is to be, written
  std::vector<Key> keys;           ///< of a map, in the order of the text
  std::vector<ConfigValue> items;  ///< of a list; of a map, one for each key
  ConfigPlace place;

  static ConfigValue make_boolean(bool value);
  static ConfigValue make_integer(int64_t value);
  /// The text is the shortest that reads back as the same value.
  static ConfigValue make_real(double value);
  static ConfigValue make_real(float value);
  static ConfigValue make_string(std::string value);
  static ConfigValue make_list();
  static ConfigValue make_map();

  /// The value under a key of a map; nullptr if it has none, or is no map.
  const ConfigValue* find(std::string_view key) const;
  ConfigValue* find(std::string_view key);
  /// Appends to a map; the key is new.
  ConfigValue& add(std::string key, ConfigValue value);
  /// Appends to a list.
  ConfigValue& add(ConfigValue value);

  /// For errors: `nothing`, `true`, `3`, `the text "abc"`, `a list`, `a map`.
  std::string describe() const;

  /// The same values and keys in the same order; places do not count.
  friend bool operator==(const ConfigValue& a, const ConfigValue& b);
};

/// Replaces what `path` names (`optimizer.lr`, `model.0.out`) with `value`, or adds it: keys that are missing are made,
/// list items are not. Throws ConfigError, at value's place, if the path is empty or leads through something that is
/// neither map nor list, or past the end of a list. Whether anybody knows a new key is seen when the tree is read.
void set_config(ConfigValue& root, std::string_view path, ConfigValue value);

}  // namespace v0
}  // namespace tenon
