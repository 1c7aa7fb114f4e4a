#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/math/comparison.h"

namespace tenon::inline v0::cuda_backend {

namespace {

template <class F>
Status compare(const Loop& loop, const Launch& launch) {
  return by_dtype<all_dtypes>(loop.dtype[1],
                              [&]<class T>(Type<T>) { return elementwise<F, bool, T, T>(loop, launch); });
}

/// b F a: a > b is b < a.
template <class F>
struct Swapped {
  template <class T>
  TENON_INLINE static bool call(T a, T b) {
    return F::call(b, a);
  }
};

template <class F>
Status test(const Loop& loop, const Launch& launch) {
  return by_dtype<floating>(loop.dtype[1], [&]<class T>(Type<T>) { return elementwise<F, bool, T>(loop, launch); });
}

/// The values move as bits.
Status where(const Loop& loop, const Launch& launch) {
  return by_bytes(loop.dtype[0], [&]<class Bits>(Type<Bits>) {
    return elementwise<math::Where, Bits, uint8_t, Bits, Bits>(loop, launch);
  });
}

}  // namespace

void fill_comparison(Backend& backend) {
  ComparisonKernels& k = backend.comparison;
  k.eq = compare<math::Equal>;
  k.ne = compare<math::NotEqual>;
  k.lt = compare<math::Less>;
  k.le = compare<math::LessEqual>;
  k.gt = compare<Swapped<math::Less>>;
  k.ge = compare<Swapped<math::LessEqual>>;
  k.logical_and = binary<math::And, dtypes(bool_)>;
  k.logical_or = binary<math::Or, dtypes(bool_)>;
  k.logical_xor = binary<math::NotEqual, dtypes(bool_)>;
  k.logical_not = unary<math::Not, dtypes(bool_)>;
  k.isnan = test<math::IsNan>;
  k.isinf = test<math::IsInf>;
  k.isfinite = test<math::IsFinite>;
  k.where = where;
}

}  // namespace tenon::inline v0::cuda_backend
