#include "tenon/nn/describe.h"

#include "tenon/core/check.h"

namespace tenon::inline v0::nn {

namespace {

std::string value_text(const ConfigValue& value) {
  switch (value.kind) {
    case ConfigValue::Kind::boolean:
      return text(value.boolean);
    case ConfigValue::Kind::list: {
      std::string all;
      for (const ConfigValue& item : value.items) all += (all.empty() ? "" : ", ") + value_text(item);
      return "[" + all + "]";
    }
    default:
      return value.text;
  }
}

}  // namespace

std::string describe(const ConfigValue& options, const ConfigValue& defaults) {
  std::string all;
  for (size_t i = 0; i < options.items.size(); ++i) {
    if (options.items[i] == defaults.items[i]) continue;
    all += text(all.empty() ? "" : ", ", options.keys[i].name, "=", value_text(options.items[i]));
  }
  return all;
}

std::string list_text(const std::vector<int64_t>& values) { return value_text(to_config(values)); }

void check_not_negative(double value, const char* name) {
  TENON_CHECK(value >= 0, ValueError, name, " must not be negative, got ", value);
}

void check_not_negative(Pair value, const char* name) {
  TENON_CHECK(value.h >= 0 && value.w >= 0, ValueError, name, " must not be negative, got ", pair_text(value));
}

}  // namespace tenon::inline v0::nn
