#include "tenon/core/math/rnn.h"

#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

using math::convert;
using math::load;

/// Calls units(row, first, count) for runs of units that cover the states of a step.
template <class Units>
TENON_INLINE void over_units(const View& state, int cost, const Units& units) {
  const int64_t hidden = state.shape[state.ndim - 1], total = state.numel(), task = grain / cost;
  for_tasks((total + task - 1) / task, total > parallel_limit / cost, [&](int64_t t) {
    const int64_t end = (t + 1) * task < total ? (t + 1) * task : total;
    for (int64_t at = t * task; at < end;) {
      const int64_t row = at / hidden, first = at - row * hidden;
      const int64_t count = end - at < hidden - first ? end - at : hidden - first;
      units(row, first, count);
      at += count;
    }
  });
}

/// From a row of gates to the next.
TENON_INLINE int64_t row_of(const View& gates) { return gates.strides[gates.ndim - 2]; }

Status lstm_cell(const View& gates, const View& recurrent, const View& c_before, const View& c, const View& h,
                 const Launch&) {
  const int64_t n = c.shape[c.ndim - 1], gates_row = row_of(gates);
  by_dtype<floating>(
      c.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        over_units(c, math::LstmCell::cost, [&](int64_t row, int64_t first, int64_t count) {
          const int64_t at = row * n + first;
          T *gate = gates.as<T>() + row * gates_row + first, *new_c = c.as<T>() + at, *new_h = h.as<T>() + at;
          const T *added = recurrent.as<T>() + row * gates_row + first, *old_c = c_before.as<T>() + at;
#pragma GCC ivdep
          for (int64_t j = 0; j < count; ++j) {
            C g[4], cell, out;
            for (int64_t k = 0; k < 4; ++k) g[k] = load(gate[k * n + j]) + load(added[k * n + j]);
            math::LstmCell::call(g[0], g[1], g[2], g[3], load(old_c[j]), cell, out);
            for (int64_t k = 0; k < 4; ++k) gate[k * n + j] = convert<T>(g[k]);
            new_c[j] = convert<T>(cell);
            new_h[j] = convert<T>(out);
          }
        });
      });
  return {};
}

Status lstm_cell_grad(const View& slopes, const View& gates, const View& c_before, const View& c, const View& dy,
                      const View& dh, const View& carry, const Launch&) {
  const int64_t n = c.shape[c.ndim - 1], gates_row = row_of(gates);
  by_dtype<floating>(
      c.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        over_units(c, math::LstmCellGrad::cost, [&](int64_t row, int64_t first, int64_t count) {
          const int64_t at = row * n + first, of_gates = row * gates_row + first;
          T *slope = slopes.as<T>() + of_gates, *dc = carry.as<T>() + at;
          const T *gate = gates.as<T>() + of_gates, *old_c = c_before.as<T>() + at, *new_c = c.as<T>() + at;
          const T *out = dy.as<T>() + at, *later = dh.as<T>() + at;
#pragma GCC ivdep
          for (int64_t j = 0; j < count; ++j) {
            C g[4], d = load(dc[j]);
            for (int64_t k = 0; k < 4; ++k) g[k] = load(gate[k * n + j]);
            math::LstmCellGrad::call(g[0], g[1], g[2], g[3], load(old_c[j]), load(new_c[j]),
                                     load(out[j]) + load(later[j]), d);
            for (int64_t k = 0; k < 4; ++k) slope[k * n + j] = convert<T>(g[k]);
            dc[j] = convert<T>(d);
          }
        });
      });
  return {};
}

Status gru_cell(const View& gates, const View& recurrent, const View& h_before, const View& h, const Launch&) {
  const int64_t n = h.shape[h.ndim - 1], gates_row = row_of(gates);
  by_dtype<floating>(
      h.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        over_units(h, math::GruCell::cost, [&](int64_t row, int64_t first, int64_t count) {
          const int64_t at = row * n + first;
          T *gate = gates.as<T>() + row * gates_row + first, *new_h = h.as<T>() + at;
          const T *added = recurrent.as<T>() + row * gates_row + first, *old_h = h_before.as<T>() + at;
#pragma GCC ivdep
          for (int64_t j = 0; j < count; ++j) {
            C g[3], out;
            for (int64_t k = 0; k < 3; ++k) g[k] = load(gate[k * n + j]);
            math::GruCell::call(g[0], g[1], g[2], load(added[j]), load(added[n + j]), load(added[2 * n + j]),
                                load(old_h[j]), out);
            for (int64_t k = 0; k < 3; ++k) gate[k * n + j] = convert<T>(g[k]);
            new_h[j] = convert<T>(out);
          }
        });
      });
  return {};
}

Status gru_cell_grad(const View& slopes, const View& recurrent_slopes, const View& gates, const View& recurrent,
                     const View& h_before, const View& dy, const View& dh, const View& carry, const Launch&) {
  const int64_t n = carry.shape[carry.ndim - 1], gates_row = row_of(gates);
  by_dtype<floating>(
      carry.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        over_units(carry, math::GruCellGrad::cost, [&](int64_t row, int64_t first, int64_t count) {
          const int64_t at = row * n + first, of_gates = row * gates_row + first;
          T *slope = slopes.as<T>() + of_gates, *by_state = recurrent_slopes.as<T>() + of_gates;
          T* kept = carry.as<T>() + at;
          const T *gate = gates.as<T>() + of_gates, *added = recurrent.as<T>() + of_gates;
          const T *old_h = h_before.as<T>() + at, *out = dy.as<T>() + at, *later = dh.as<T>() + at;
#pragma GCC ivdep
          for (int64_t j = 0; j < count; ++j) {
            C g[3], by_n = load(added[2 * n + j]), d = load(kept[j]);
            for (int64_t k = 0; k < 3; ++k) g[k] = load(gate[k * n + j]);
            math::GruCellGrad::call(g[0], g[1], g[2], by_n, load(old_h[j]), load(out[j]) + load(later[j]) + d, d);
            for (int64_t k = 0; k < 3; ++k) slope[k * n + j] = convert<T>(g[k]);
            for (int64_t k = 0; k < 2; ++k) by_state[k * n + j] = convert<T>(g[k]);
            by_state[2 * n + j] = convert<T>(by_n);
            kept[j] = convert<T>(d);
          }
        });
      });
  return {};
}

}  // namespace

void fill_rnn(RnnKernels& k) {
  k.lstm_cell = lstm_cell;
  k.lstm_cell_grad = lstm_cell_grad;
  k.gru_cell = gru_cell;
  k.gru_cell_grad = gru_cell_grad;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
