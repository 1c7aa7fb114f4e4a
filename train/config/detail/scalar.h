#pragma once

#include <string>

#include "tenon/core/config_value.h"

namespace tenon::inline v0 {
namespace train::detail {

/// What an unquoted YAML scalar means: null, boolean, integer, real, and otherwise a string.
/// Throws ValueError for a number that is too large or too small to represent.
ConfigValue plain_scalar(const std::string& text);

}  // namespace train::detail
}  // namespace tenon::inline v0
