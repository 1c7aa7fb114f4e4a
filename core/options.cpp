#include "tenon/core/options.h"

#include "tenon/core/check.h"

namespace tenon::inline v0 {

void detail::throw_below(int64_t least, int64_t value) {
  throw ValueError(text("expected at least ", least, ", got ", value));
}

}  // namespace tenon::inline v0
