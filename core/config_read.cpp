#include "tenon/core/config_read.h"

#include <algorithm>
#include <cmath>

#include "tenon/core/check.h"
#include "tenon/core/nearest.h"

namespace tenon::inline v0 {
namespace {

using Kind = ConfigValue::Kind;

std::string join(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : text(path, ".", key);
}

std::string in_path(const std::string& path) { return path.empty() ? "" : " in " + path; }

/// "a.yaml:3:1: " or nothing where there is no place.
std::string prefix(const ConfigPlace& place) { return place.source ? place.text() + ": " : ""; }

std::string expected_range(int64_t least, int64_t most) {
  if (most == std::numeric_limits<int64_t>::max()) return tenon::text("expected at least ", least);
  if (least == std::numeric_limits<int64_t>::min()) return tenon::text("expected at most ", most);
  return tenon::text("expected an integer from ", least, " to ", most);
}

}  // namespace

bool ConfigReader::boolean() const {
  if (value_->kind != Kind::boolean) fail_type("true or false");
  return value_->boolean;
}

int64_t ConfigReader::integer(int64_t least, int64_t most) const {
  if (value_->kind == Kind::real && std::abs(value_->real) < 1e15 && std::trunc(value_->real) == value_->real) {
    fail(tenon::text("expected an integer, got ", value_->text, "; write ", static_cast<int64_t>(value_->real)));
  }
  if (value_->kind != Kind::integer) fail_type("an integer");
  const int64_t number = value_->integer;
  if (number < least || number > most) fail(tenon::text(expected_range(least, most), ", got ", number));
  return number;
}

double ConfigReader::number() const {
  if (value_->kind == Kind::integer) return static_cast<double>(value_->integer);
  if (value_->kind != Kind::real) fail_type("a number");
  return value_->real;
}

const std::string& ConfigReader::text() const {
  if (value_->kind == Kind::integer || value_->kind == Kind::real || value_->kind == Kind::boolean) {
    fail(tenon::text("expected a text, got ", value_->describe(), "; write \"", value_->text,
                     "\" if the text is meant"));
  }
  if (value_->kind != Kind::string) fail_type("a text");
  return value_->text;
}

size_t ConfigReader::choice(std::span<const std::string> names, std::string_view what) const {
  const std::string& name = text();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) fail(tenon::text("unknown ", what, " \"", name, "\"", suggestion(name, names)));
  return static_cast<size_t>(found - names.begin());
}

std::vector<ConfigReader> ConfigReader::items() const {
  if (value_->kind != Kind::list) fail_type("a list");
  std::vector<ConfigReader> all;
  for (const ConfigValue& item : value_->items) all.emplace_back(item, join(path_, std::to_string(all.size())));
  return all;
}

std::vector<std::pair<std::string, ConfigReader>> ConfigReader::entries() const {
  std::vector<std::pair<std::string, ConfigReader>> all;
  if (is_empty_map()) return all;
  if (value_->kind != Kind::map) fail_type("a map");
  for (size_t i = 0; i < value_->keys.size(); ++i) {
    const std::string& key = value_->keys[i].name;
    if (key != tag_) all.emplace_back(key, ConfigReader(value_->items[i], join(path_, key)));
  }
  return all;
}

std::optional<ConfigReader> ConfigReader::find(std::string_view key) const {
  if (is_empty_map()) return std::nullopt;
  if (value_->kind != Kind::map) fail_type("a map");
  const ConfigValue* value = value_->find(key);
  if (!value) return std::nullopt;
  return ConfigReader(*value, join(path_, key));
}

ConfigReader ConfigReader::at(std::string_view key) const {
  if (auto value = find(key)) return *value;
  throw ConfigError(tenon::text(prefix(value_->place), "missing key \"", key, "\"", in_path(path_)));
}

void ConfigReader::check_keys(std::span<const std::string_view> known) const {
  if (is_empty_map()) return;
  if (value_->kind != Kind::map) fail_type("a map");
  for (const ConfigValue::Key& key : value_->keys) {
    if (key.name == tag_ || std::find(known.begin(), known.end(), key.name) != known.end()) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    throw ConfigError(
        tenon::text(prefix(key.place), "unknown key \"", key.name, "\"", in_path(path_), suggestion(key.name, names)));
  }
}

ConfigReader ConfigReader::take_tag(std::string_view tag) {
  tag_ = tag;
  return value_->kind == Kind::string ? ConfigReader(*value_, path_) : at(tag);
}

bool ConfigReader::is_empty_map() const {
  return value_->kind == Kind::null || (value_->kind == Kind::string && !tag_.empty());
}

void ConfigReader::fail(std::string_view what) const {
  throw ConfigError(tenon::text(prefix(value_->place), path_, path_.empty() ? "" : ": ", what));
}

void ConfigReader::fail_option(std::string_view what) const {
  const ConfigValue* value = value_->find(what.substr(0, what.find_first_of(" :")));
  if (value && value->place.source) throw ConfigError(prefix(value->place) + join(path_, what));
  fail(what);
}

void ConfigReader::fail_type(std::string_view expected) const {
  fail(tenon::text("expected ", expected, ", got ", value_->describe()));
}

void read_config(const ConfigReader& from, bool& to) { to = from.boolean(); }
void read_config(const ConfigReader& from, double& to) { to = from.number(); }
void read_config(const ConfigReader& from, std::string& to) { to = from.text(); }
void read_config(const ConfigReader& from, ConfigValue& to) { to = from.value(); }

void read_config(const ConfigReader& from, float& to) {
  const double number = from.number();
  constexpr double most = std::numeric_limits<float>::max();
  if (number < std::numeric_limits<double>::infinity() && number > most) from.fail("too large for a float32");
  if (number > -std::numeric_limits<double>::infinity() && number < -most) from.fail("too large for a float32");
  to = static_cast<float>(number);
}

void read_config(const ConfigReader& from, Pair& to) {
  if (from.value().kind == Kind::integer) {
    to = from.integer();
    return;
  }
  if (from.value().kind != Kind::list || from.value().items.size() != 2) {
    from.fail(text("expected an integer or a list of two, got ", from.value().kind == Kind::list
                                                                     ? text("a list of ", from.value().items.size())
                                                                     : from.value().describe()));
  }
  const auto items = from.items();
  to = Pair(items[0].integer(), items[1].integer());
}

}  // namespace tenon::inline v0
