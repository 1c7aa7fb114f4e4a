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

/// Of bits, the condition being 0 or 1: gcc makes vectors of this, not of `?:`.
struct Where {
  template <class Bits>
  TENON_INLINE static Bits call(uint8_t condition, Bits a, Bits b) {
    const Bits mask = static_cast<Bits>(-static_cast<Bits>(condition));
    return static_cast<Bits>((a & mask) | (b & ~mask));
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
