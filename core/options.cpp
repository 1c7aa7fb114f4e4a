#include "tenon/core/options.h"

#include "tenon/core/check.h"

namespace tenon::inline v0 {

std::string pair_text(Pair value) {
  return value.h == value.w ? text(value.h) : text("[", value.h, ", ", value.w, "]");
}

void check_positive(Pair value, const char* name) {
  TENON_CHECK(value.h > 0 && value.w > 0, ValueError, name, " must be positive, got ", pair_text(value));
}

void detail::throw_below(int64_t least, int64_t value) {
  throw ValueError(text("expected at least ", least, ", got ", value));
}

void detail::check_option(const char* owner, std::string_view name, int64_t least, int64_t value) {
  if (value >= least) return;
  const std::string wanted = least == 1   ? "must be positive"
                             : least == 0 ? "must not be negative"
                                          : text("must be at least ", least);
  throw ValueError(text(owner, ": ", name, " ", wanted, ", got ", value));
}

void detail::throw_options(const char* owner, const Error& error) { throw ValueError(text(owner, ": ", error.what())); }

}  // namespace tenon::inline v0
