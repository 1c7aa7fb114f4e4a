// Extreme values along an axis, with their positions.
#include "tenon/core/cpu/loops/axis.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/reduce_block.h"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

void fill_extremes_along(ExtremumKernels& kernels);

namespace {

/// One row: first the value, by vectors, then where it stands.
template <class R, class T>
void extreme_of_row(T* value, int64_t* index, const T* x, int64_t n) {
  const auto best = detail::reduce_block<R>(x, n, 1);
  int64_t i = 0;
  if (best != best) {
    while (math::load(x[i]) == math::load(x[i])) ++i;
  } else {
    while (math::load(x[i]) != best) ++i;
  }
  if (value) *value = x[i];
  *index = i;
}

/// Columns side by side.
template <class R, class T>
void extreme_of_strip(T* value, int64_t* index, const T* x, int64_t n, int64_t inner, int64_t width) {
  using C = typename math::Compute<T>::type;
  C best[strip];
  int64_t where[strip];
  for (int64_t k = 0; k < width; ++k) {
    best[k] = math::load(x[k]);
    where[k] = 0;
  }
  for (int64_t i = 1; i < n; ++i) {
    for (int64_t k = 0; k < width; ++k) {
      const C v = math::load(x[i * inner + k]);
      const bool beats = R::beats(v, best[k]);
      best[k] = beats ? v : best[k];
      where[k] = beats ? i : where[k];
    }
  }
  for (int64_t k = 0; k < width; ++k) {
    index[k] = where[k];
    if (value) value[k] = x[where[k] * inner + k];
  }
}

template <template <class> class R>
Status extreme(const View& values, const View& indices, const View& x, const AxisLoop& a, const Launch&) {
  by_dtype<all_dtypes>(
      x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using Reducer = R<typename math::Compute<T>::type>;
        over_strips(a, 1, [&](int64_t o, int64_t first, int64_t width) {
          T* value = values.data ? values.as<T>() + o * a.inner + first : nullptr;
          int64_t* index = indices.as<int64_t>() + o * a.inner + first;
          const T* from = x.as<T>() + o * a.n * a.inner + first;
          if (a.inner == 1) {
            extreme_of_row<Reducer>(value, index, from, a.n);
          } else {
            extreme_of_strip<Reducer>(value, index, from, a.n, a.inner, width);
          }
        });
      });
  return {};
}

}  // namespace

void fill_extremes_along(ExtremumKernels& k) {
  k.max = extreme<math::Max>;
  k.min = extreme<math::Min>;
  k.argmax = extreme<math::Max>;
  k.argmin = extreme<math::Min>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
