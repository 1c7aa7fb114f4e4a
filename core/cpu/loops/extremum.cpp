#include "tenon/core/math/extremum.h"

#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/reduce.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

// In a file of its own: compile time.
void fill_extremes_along(ExtremumKernels& kernels);

namespace {

template <template <class> class R, DTypes Accepted>
Status extreme(const Loop& loop, const Launch& launch) {
  return reduction<R, Accepted>(loop, launch);
}

}  // namespace

void fill_extremum(ExtremumKernels& k) {
  k.amax = extreme<math::Max, all_dtypes>;
  k.amin = extreme<math::Min, all_dtypes>;
  k.any = extreme<math::Max, dtypes(bool_)>;
  k.all = extreme<math::Min, dtypes(bool_)>;
  fill_extremes_along(k);
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
