#include "tenon/core/cpu/cpu.h"

#include <cstdlib>
#include <cstring>

#include "tenon/core/cpu/onednn/fill.h"
#include "tenon/core/cpu/plain/fill.h"

namespace tenon::inline v0 {

namespace cpu_level {
namespace baseline {
void fill(Backend&);
}
namespace avx2 {
void fill(Backend&);
}
namespace avx512 {
void fill(Backend&);
}
}  // namespace cpu_level

namespace detail {

namespace {

struct Level {
  const char* name;
  bool (*supported)();
  void (*fill)(Backend&);
};

// Best first.
constexpr Level levels[] = {
#ifdef TENON_HAS_LEVEL_avx512
    {"avx512", [] { return __builtin_cpu_supports("x86-64-v4") != 0; }, cpu_level::avx512::fill},
#endif
#ifdef TENON_HAS_LEVEL_avx2
    {"avx2", [] { return __builtin_cpu_supports("x86-64-v3") != 0; }, cpu_level::avx2::fill},
#endif
#ifdef TENON_HAS_LEVEL_baseline
    {"baseline", [] { return true; }, cpu_level::baseline::fill},
#endif
};

constinit const char* chosen = "none";

}  // namespace

void fill_cpu(Backend& backend) {
  __builtin_cpu_init();
  const char* limit = std::getenv("TENON_ISA");
  bool allowed = !limit || !*limit;
  backend.name = "cpu";
  for (const Level& level : levels) {
    allowed = allowed || std::strcmp(limit, level.name) == 0;
    if (!allowed || !level.supported()) continue;
    level.fill(backend);
    chosen = level.name;
    break;
  }
  cpu_level::plain::fill(backend);
  fill_onednn(backend);
}

std::string_view cpu_level_name() { return chosen; }

}  // namespace detail
}  // namespace tenon::inline v0
