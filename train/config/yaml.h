#pragma once

#include <string>
#include <string_view>

#include "tenon/core/config_value.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// A YAML text as a tree. `source` is what errors call it: `configs/a.yaml:3:7: duplicate key "lr", first at line 2`.
///
/// Strict, so that nothing is read as something else than was meant:
/// - only `true` and `false` are booleans; `yes`, `on`, `True` are texts;
/// - numbers are decimal (`3`, `-0.5`, `1e-3`, `.inf`, `.nan`); `010`, `0x1F`, `1_000` and anything quoted are texts;
/// - `null`, `~` and nothing are null;
/// - a duplicate key, an alias, an anchor, a tag, a second document are errors.
///
/// A text from anywhere may be given: above 1 MiB, deeper than 64 levels, or with control characters or broken UTF-8 it
/// is refused. Throws ConfigError.
ConfigValue parse_yaml(std::string_view text, const std::string& source);

/// Likewise, of a file. Throws FileError if it cannot be read.
ConfigValue read_yaml(const std::string& path);

/// The tree as YAML; parse_yaml reads it back as an equal tree.
std::string to_yaml(const ConfigValue& value);

/// Applies what the command line gives after --set: `optimizer.lr=0.01`, `model.0.out=64`, `classes=[cat, dog]`. The
/// value is YAML. Errors, those of the typed reading included, begin with `--set optimizer.lr=0.01: `. Throws
/// ConfigError.
void set_option(ConfigValue& root, const std::string& assignment);

}  // namespace train
}  // namespace v0
}  // namespace tenon
