#include "tenon/core/config_write.h"

namespace tenon::inline v0 {

ConfigValue to_config(const Pair& value) {
  if (value.h == value.w) return ConfigValue::make_integer(value.h);
  ConfigValue list = ConfigValue::make_list();
  list.add(ConfigValue::make_integer(value.h));
  list.add(ConfigValue::make_integer(value.w));
  return list;
}

}  // namespace tenon::inline v0
