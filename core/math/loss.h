#pragma once
#include "tenon/core/math/activation.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// -t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)); the exponential is at most 1. An infinite x that is right costs 0.
struct BceWithLogits {
  static constexpr int cost = 24;
  template <class T>
  TENON_INLINE static T call(T x, T t) {
    const T off = (x > T(0) ? T(1) : T(0)) - t;
    return (off == T(0) ? T(0) : x * off) + Log1p::call(Exp::call(-absolute(x)));
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
