// Internal: what layers say and check of their options.
#pragma once
#include <string>
#include <vector>

#include "tenon/core/config_write.h"
#include "tenon/core/options.h"

namespace tenon::inline v0::nn {

/// `in=3, out=4, kernel=[3, 5]`: the options that differ from their defaults, and those that have none.
std::string describe(const ConfigValue& options, const ConfigValue& defaults);
template <HasFields O>
std::string describe(const O& options) {
  ConfigValue defaults = to_config(make_options<O>());
  size_t i = 0;
  // What is required has no default: its placeholder is no value that could be meant.
  O::fields::each(options, [&]<class Member>(std::string_view, const Member&) {
    if constexpr (requires(Member member) { member = Unset(); }) defaults.items[i] = ConfigValue();
    ++i;
  });
  return describe(to_config(options), defaults);
}

/// Throw ValueError: `padding must not be negative, got [3, -1]`.
void check_not_negative(Pair value, const char* name);
/// `eps must not be negative, got -1`, also for nan.
void check_not_negative(double value, const char* name);
/// `[3, 5]`.
std::string list_text(const std::vector<int64_t>& values);

}  // namespace tenon::inline v0::nn
