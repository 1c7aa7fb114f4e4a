#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/reduce.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

template <class T>
struct Sum {
  using Acc = T;
  TENON_INLINE static T start() { return T(0); }
  TENON_INLINE static T step(T acc, T x) { return math::Add::call(acc, x); }
  TENON_INLINE static T merge(T a, T b) { return math::Add::call(a, b); }
  TENON_INLINE static T finish(T acc, int64_t) { return acc; }
};

Status sum(const Loop& loop, const Launch&) {
  by_dtype<floating | dtypes(int64)>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) {
        reduce_loop<Sum<typename math::Compute<T>::type>, T, T>(loop);
      });
  return {};
}

}  // namespace

void fill_sum(SumKernels& k) { k.sum = sum; }

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
