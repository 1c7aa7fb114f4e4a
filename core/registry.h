#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/core/config_read.h"
#include "tenon/core/config_write.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Makes things of one kind (layers, optimizers) by the name that a config gives under `type`:
/// `{type: Conv2d, in: 1, out: 32, kernel: 3}`, or `Flatten` alone. Register before configs are read; it takes no lock.
template <class Product, class... Args>
class Registry {
 public:
  /// `what` is what errors call the kind: `unknown layer "Conv2D"; did you mean "Conv2d"?`
  explicit Registry(std::string what) : what_(std::move(what)) {}

  /// From now on `name` means a Made, made as Made(options, args...). A name that is there already gets the new
  /// meaning.
  template <class Made, class Options = typename Made::Options>
  void add(const std::string& name) {
    const Entry entry{[](const ConfigReader& from, Args... args) -> std::unique_ptr<Product> {
                        return std::make_unique<Made>(from_config<Options>(from), std::forward<Args>(args)...);
                      },
                      [](const ConfigReader& from) { return to_config(from_config<Options>(from)); }};
    for (size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) {
        entries_[i] = entry;
        return;
      }
    }
    names_.push_back(name);
    entries_.push_back(entry);
  }

  const std::vector<std::string>& names() const { return names_; }

  /// What the config describes. Throws ConfigError, with the place in the config, for an unknown name, wrong options,
  /// and whatever Made's constructor throws: a ValueError as `fail_option` reports it.
  std::unique_ptr<Product> make(ConfigReader from, Args... args) const {
    const size_t index = from.take_tag("type").choice(names_, what_);
    try {
      return entries_[index].make(from, std::forward<Args>(args)...);
    } catch (const ConfigError&) {
      throw;
    } catch (const ValueError& error) {
      from.fail_option(error.what());
    } catch (const Error& error) {
      // `out of memory` is about no option `out`.
      from.fail(error.what());
    }
  }

  /// The same description with every default filled in.
  ConfigValue resolve(ConfigReader from) const {
    const size_t index = from.take_tag("type").choice(names_, what_);
    ConfigValue options = entries_[index].resolve(from);
    ConfigValue resolved = ConfigValue::make_map();
    resolved.add("type", ConfigValue::make_string(names_[index]));
    for (size_t i = 0; i < options.items.size(); ++i) resolved.add(options.keys[i].name, std::move(options.items[i]));
    return resolved;
  }

 private:
  struct Entry {
    std::unique_ptr<Product> (*make)(const ConfigReader&, Args...);
    ConfigValue (*resolve)(const ConfigReader&);
  };

  std::string what_;
  std::vector<std::string> names_;
  std::vector<Entry> entries_;
};

}  // namespace v0
}  // namespace tenon
