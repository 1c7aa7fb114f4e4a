#include "tenon/core/memory/bytes_text.h"

#include <cstdio>

namespace tenon::inline v0::detail {

std::string bytes_text(size_t bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto amount = static_cast<double>(bytes);
  int unit = 0;
  for (; amount >= 1024; ++unit) amount /= 1024;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.4g %s", amount, units[unit]);
  return buffer;
}

}  // namespace tenon::inline v0::detail
