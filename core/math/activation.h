#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Relu {
  template <class T>
  TENON_INLINE static T call(T x) {
    return x < T(0) ? T(0) : x;
  }
};
struct ReluGrad {
  template <class T>
  TENON_INLINE static T call(T dy, T y) {
    return y > T(0) ? dy : T(0);
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
