#pragma once
#include "tenon/core/math/activation.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct SquaredError {
  template <class T>
  TENON_INLINE static T call(T x, T t) {
    return (x - t) * (x - t);
  }
};
struct AbsoluteError {
  template <class T>
  TENON_INLINE static T call(T x, T t) {
    return absolute(x - t);
  }
};

/// -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)); the exponential is at most 1. An infinite x that is right costs 0.
struct BceWithLogits {
  static constexpr int cost = 24;
  template <class T>
  TENON_INLINE static T call(T x, T t) {
    const T off = (x > T(0) ? T(1) : T(0)) - t;
    return (off == T(0) ? T(0) : x * off) + Log1p::call(Exp::call(-absolute(x)));
  }
};

// Gradients by x of an elementwise loss: dy times a factor, which holds what a mean divides by, times the slope.

struct SquaredErrorGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T x, T t, T factor) {
    return (x - t) * (dy * factor);
  }
};
struct AbsoluteErrorGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T x, T t, T factor) {
    return Sign::call(x - t) * (dy * factor);
  }
};
struct BceWithLogitsGrad {
  static constexpr int cost = 12;
  template <class T>
  TENON_INLINE static T call(T dy, T x, T t, T factor) {
    return (Sigmoid::call(x) - t) * (dy * factor);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
