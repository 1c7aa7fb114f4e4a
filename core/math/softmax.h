#pragma once
#include "tenon/core/math/exponential.h"
#include "tenon/core/math/extremum.h"
#include "tenon/core/math/sum.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// log(sum(exp(x))): block by block sum(exp(x - m)) where m is the block's maximum, so nothing overflows.
template <class T>
struct LogSumExp {
  struct Acc {
    T shift, sum;  ///< sum * exp(shift)
  };
  using First = Max<T>;
  using Context = T;
  struct Second : Sum<T> {
    TENON_INLINE static T step(T acc, T x, T shift) { return acc + Exp::call(x - shift); }
  };

  TENON_INLINE static T context(T max, int64_t) { return Abs::call(max) == highest<T>() ? T(0) : max; }
  TENON_INLINE static Acc combine(T shift, T sum, int64_t) {
    if (sum == 0) return {lowest<T>(), T(0)};              // every x is -infinity
    if (sum == highest<T>()) return {highest<T>(), T(1)};  // some x is infinity
    return {shift, sum};
  }
  TENON_INLINE static Acc merge(const Acc& a, const Acc& b) {
    const T shift = Maximum::call(a.shift, b.shift);
    return {shift, scaled(a, shift) + scaled(b, shift)};
  }
  TENON_INLINE static T finish(const Acc& acc, int64_t) { return Log::call(acc.sum) + acc.shift; }

 private:
  TENON_INLINE static T scaled(const Acc& a, T shift) {
    return a.shift == shift ? a.sum : a.sum * Exp::call(a.shift - shift);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
