#include "tenon/core/cpu/cpu.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

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

/// 0: the lowest level. Above all where there is no such level.
size_t rank_of(const char* name) {
  constexpr const char* known[] = {"baseline", "avx2", "avx512"};
  size_t rank = 0;
  while (rank < std::size(known) && std::strcmp(name, known[rank]) != 0) ++rank;
  return rank;
}

/// The highest level that TENON_ISA allows.
size_t allowed_rank() {
  const char* name = std::getenv("TENON_ISA");
  const size_t all = rank_of("");
  if (!name || !*name) return all;
  const size_t rank = rank_of(name);
  if (rank == all) std::fprintf(stderr, "tenon: TENON_ISA=%s is none of baseline, avx2, avx512: ignored\n", name);
  return rank;
}

}  // namespace

void fill_cpu(Backend& backend) {
  __builtin_cpu_init();
  const size_t limit = allowed_rank();
  backend.name = "cpu";
  for (const Level& level : levels) {
    if (rank_of(level.name) > limit || !level.supported()) continue;
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
