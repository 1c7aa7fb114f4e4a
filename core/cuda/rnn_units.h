// What a thread of a recurrent cell does: one unit of one row. Host and device.
#pragma once
#include "tenon/core/cuda/axes.h"
#include "tenon/core/kernels/rnn.h"
#include "tenon/core/math/rnn.h"

namespace tenon::inline v0::cuda_backend {

/// Where the unit of a thread stands in the states and in the gates.
struct Units {
  LargeDivider hidden;
  int64_t gap;  ///< by how much a row of gates is longer than one of a state

  Units(const View& state, const View& gates)
      : hidden(state.shape[state.ndim - 1]), gap(gates.strides[gates.ndim - 2] - hidden.divisor()) {}
  TENON_INLINE int64_t gate(int64_t unit) const { return unit + hidden.quotient(unit) * gap; }
  /// From a unit's gate to its next.
  TENON_INLINE int64_t apart() const { return hidden.divisor(); }
};

template <class T>
struct LstmUnit {
  Units units;
  T *gates, *c, *h;
  const T *recurrent, *c_before;

  TENON_INLINE void operator()(int64_t unit) const {
    using C = typename math::Compute<T>::type;
    const int64_t at = units.gate(unit), n = units.apart();
    C g[4], cell, out;
    for (int k = 0; k < 4; ++k) g[k] = math::load(gates[at + k * n]) + math::load(recurrent[at + k * n]);
    math::LstmCell::call(g[0], g[1], g[2], g[3], math::load(c_before[unit]), cell, out);
    for (int k = 0; k < 4; ++k) gates[at + k * n] = math::convert<T>(g[k]);
    c[unit] = math::convert<T>(cell);
    h[unit] = math::convert<T>(out);
  }
};

template <class T>
struct LstmUnitGrad {
  Units units;
  T *slopes, *carry;
  const T *gates, *c_before, *c, *dy, *dh;

  TENON_INLINE void operator()(int64_t unit) const {
    using C = typename math::Compute<T>::type;
    const int64_t at = units.gate(unit), n = units.apart();
    C g[4], d = math::load(carry[unit]);
    for (int k = 0; k < 4; ++k) g[k] = math::load(gates[at + k * n]);
    math::LstmCellGrad::call(g[0], g[1], g[2], g[3], math::load(c_before[unit]), math::load(c[unit]),
                             math::load(dy[unit]) + math::load(dh[unit]), d);
    for (int k = 0; k < 4; ++k) slopes[at + k * n] = math::convert<T>(g[k]);
    carry[unit] = math::convert<T>(d);
  }
};

template <class T>
struct GruUnit {
  Units units;
  T *gates, *h;
  const T *recurrent, *h_before;

  TENON_INLINE void operator()(int64_t unit) const {
    using C = typename math::Compute<T>::type;
    const int64_t at = units.gate(unit), n = units.apart();
    C g[3], by[3], out;
    for (int k = 0; k < 3; ++k) g[k] = math::load(gates[at + k * n]), by[k] = math::load(recurrent[at + k * n]);
    math::GruCell::call(g[0], g[1], g[2], by[0], by[1], by[2], math::load(h_before[unit]), out);
    for (int k = 0; k < 3; ++k) gates[at + k * n] = math::convert<T>(g[k]);
    h[unit] = math::convert<T>(out);
  }
};

template <class T>
struct GruUnitGrad {
  Units units;
  T *slopes, *recurrent_slopes, *carry;
  const T *gates, *recurrent, *h_before, *dy, *dh;

  TENON_INLINE void operator()(int64_t unit) const {
    using C = typename math::Compute<T>::type;
    const int64_t at = units.gate(unit), n = units.apart();
    C g[3], by_n = math::load(recurrent[at + 2 * n]), d = math::load(carry[unit]);
    for (int k = 0; k < 3; ++k) g[k] = math::load(gates[at + k * n]);
    math::GruCellGrad::call(g[0], g[1], g[2], by_n, math::load(h_before[unit]),
                            math::load(dy[unit]) + math::load(dh[unit]) + d, d);
    for (int k = 0; k < 3; ++k) slopes[at + k * n] = math::convert<T>(g[k]);
    for (int k = 0; k < 2; ++k) recurrent_slopes[at + k * n] = math::convert<T>(g[k]);
    recurrent_slopes[at + 2 * n] = math::convert<T>(by_n);
    carry[unit] = math::convert<T>(d);
  }
};

}  // namespace tenon::inline v0::cuda_backend
