// One unit of a recurrent cell; see core/kernels/rnn.h.
#pragma once
#include "tenon/core/math/activation.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

struct LstmCell {
  static constexpr int cost = 64;
  /// i, f, g, o: sums, in place their activations.
  template <class C>
  TENON_INLINE static void call(C& i, C& f, C& g, C& o, C c_before, C& c, C& h) {
    i = Sigmoid::call(i);
    f = Sigmoid::call(f);
    g = Tanh::call(g);
    o = Sigmoid::call(o);
    c = f * c_before + i * g;
    h = o * Tanh::call(c);
  }
};
struct LstmCellGrad {
  static constexpr int cost = 32;
  /// i, f, g, o: activations, in place the gradients of their sums. dc: of c, in place that of c_before.
  template <class C>
  TENON_INLINE static void call(C& i, C& f, C& g, C& o, C c_before, C c, C dh, C& dc) {
    const C t = Tanh::call(c), d = dc + dh * o * (C(1) - t * t), by_i = d * g, by_f = d * c_before, by_g = d * i;
    dc = d * f;
    o = dh * t * o * (C(1) - o);
    i = by_i * i * (C(1) - i);
    f = by_f * f * (C(1) - f);
    g = by_g * (C(1) - g * g);
  }
};

struct GruCell {
  static constexpr int cost = 64;
  /// r, z, n: the input's parts of the sums, in place the activations; by_r, by_z, by_n: those of h_before.
  template <class C>
  TENON_INLINE static void call(C& r, C& z, C& n, C by_r, C by_z, C by_n, C h_before, C& h) {
    r = Sigmoid::call(r + by_r);
    z = Sigmoid::call(z + by_z);
    n = Tanh::call(n + r * by_n);
    h = n + z * (h_before - n);
  }
};
struct GruCellGrad {
  static constexpr int cost = 32;
  /// r, z, n: activations, in place the gradients of their sums. by_n: n's part of h_before, in place its gradient; the
  /// others have those of their sums. carry: the gradient of h_before.
  template <class C>
  TENON_INLINE static void call(C& r, C& z, C& n, C& by_n, C h_before, C dh, C& carry) {
    const C dn = dh * (C(1) - z) * (C(1) - n * n), dr = dn * by_n;
    carry = dh * z;
    z = dh * (h_before - n) * z * (C(1) - z);
    by_n = dn * r;
    r = dr * r * (C(1) - r);
    n = dn;
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
