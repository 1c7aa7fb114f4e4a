// Scalar functors of the comparison family; they give bool.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct Equal {
  template <class T>
  TENON_INLINE static bool call(T a, T b) {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  TENON_INLINE static bool call(T a, T b) {
    return a != b;
  }
};
struct Less {
  template <class T>
  TENON_INLINE static bool call(T a, T b) {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  TENON_INLINE static bool call(T a, T b) {
    return a <= b;
  }
};

struct And {
  TENON_INLINE static bool call(bool a, bool b) { return a & b; }
};
struct Or {
  TENON_INLINE static bool call(bool a, bool b) { return a | b; }
};
struct Not {
  TENON_INLINE static bool call(bool x) { return !x; }
};

struct IsNan {
  template <class T>
  TENON_INLINE static bool call(T x) {
    return x != x;
  }
};
struct IsFinite {
  template <class T>
  TENON_INLINE static bool call(T x) {
    return x - x == T(0);
  }
};
struct IsInf {
  template <class T>
  TENON_INLINE static bool call(T x) {
    return x == x && x - x != T(0);
  }
};

struct Where {
  template <class T>
  TENON_INLINE static T call(bool condition, T a, T b) {
    return condition ? a : b;
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
