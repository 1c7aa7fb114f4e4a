// Reductions of the sum family; T is what the loops compute in. See core/cpu/loops/reduce_block.h for the concept.
#pragma once
#include "tenon/core/math/arithmetic.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// The sum, or with `divide` the mean.
template <class T>
struct Sum {
  using Acc = T;
  bool divide = false;

  TENON_INLINE static T start() { return T(0); }
  TENON_INLINE static T step(T acc, T x) { return Add::call(acc, x); }
  TENON_INLINE static T merge(T a, T b) { return Add::call(a, b); }
  TENON_INLINE T finish(T acc, int64_t count) const { return divide ? acc / static_cast<T>(count) : acc; }
};

template <class T>
struct Prod {
  using Acc = T;
  TENON_INLINE static T start() { return T(1); }
  TENON_INLINE static T step(T acc, T x) { return Mul::call(acc, x); }
  TENON_INLINE static T merge(T a, T b) { return Mul::call(a, b); }
  TENON_INLINE static T finish(T acc, int64_t) { return acc; }
};

template <class T>
struct Norm1 : Sum<T> {
  TENON_INLINE static T step(T acc, T x) { return acc + Abs::call(x); }
};

template <class T>
struct Norm2 : Sum<T> {
  TENON_INLINE static T step(T acc, T x) { return acc + x * x; }
  TENON_INLINE static T finish(T acc, int64_t) {
    if constexpr (__is_same(T, float)) return __builtin_sqrtf(acc);
    return static_cast<T>(__builtin_sqrt(acc));
  }
};

template <class T>
struct NormInf : Sum<T> {
  TENON_INLINE static T step(T acc, T x) { return Maximum::call(acc, Abs::call(x)); }
  TENON_INLINE static T merge(T a, T b) { return Maximum::call(a, b); }
};

/// Sum of squared differences from the mean, block by block: first about where the block's mean is, then the sum and
/// the squares of what differs from there, which gives mean and variance without cancellation. Blocks are merged, in
/// double, by Chan, Golub and LeVeque (1979).
template <class T>
struct Variance {
  struct Acc {
    double mean, squares, count;
  };
  struct Second {
    struct Acc {
      T sum, squares;
    };
    TENON_INLINE static Acc start() { return {T(0), T(0)}; }
    TENON_INLINE static Acc step(const Acc& acc, T x, T about) {
      const T d = x - about;
      return {acc.sum + d, acc.squares + d * d};
    }
    TENON_INLINE static Acc merge(const Acc& a, const Acc& b) { return {a.sum + b.sum, a.squares + b.squares}; }
  };
  using First = Sum<T>;
  using Context = T;
  double correction;
  bool root;

  TENON_INLINE static T context(T sum, int64_t n) { return sum / static_cast<T>(n); }
  TENON_INLINE static Acc combine(T about, const typename Second::Acc& d, int64_t n) {
    const double count = static_cast<double>(n), sum = static_cast<double>(d.sum);
    return {static_cast<double>(about) + sum / count, static_cast<double>(d.squares) - sum * sum / count, count};
  }
  TENON_INLINE static Acc merge(const Acc& a, const Acc& b) {
    const double count = a.count + b.count, part = b.count / count, delta = b.mean - a.mean;
    return {a.mean + delta * part, a.squares + b.squares + delta * delta * a.count * part, count};
  }
  TENON_INLINE T finish(const Acc& acc, int64_t count) const {
    const double freedom = static_cast<double>(count) - correction;
    const double variance = (acc.squares < 0 ? 0 : acc.squares) / (freedom > 0 ? freedom : 0);
    return static_cast<T>(root ? __builtin_sqrt(variance) : variance);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
