// Walks a Loop with a functor: out = F(in...). The inner axis is one of three loops that the compiler turns into
// vectors (all contiguous; one operand repeated) or a strided one. Work is cut by size, never by thread count.
#pragma once
#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

/// A functor's cost in additions; expensive ones go parallel earlier.
template <class F>
constexpr int cost_of() {
  if constexpr (requires { F::cost; }) return F::cost;
  return 1;
}

namespace detail {

template <class F, class Out, class In>
[[gnu::noinline]] void run_unary(int64_t n, Out* out, int64_t so, const In* x, int64_t sx) {
  using C = typename math::Compute<In>::type;
  if (so == 1 && sx == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<Out>(F::call(static_cast<C>(x[i])));
  } else {
    for (int64_t i = 0; i < n; ++i) out[i * so] = math::convert<Out>(F::call(static_cast<C>(x[i * sx])));
  }
}

template <class F, class Out, class In>
[[gnu::noinline]] void run_binary(int64_t n, Out* out, int64_t so, const In* a, int64_t sa, const In* b, int64_t sb) {
  using C = typename math::Compute<In>::type;
  if (so == 1 && sa == 1 && sb == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<Out>(F::call(static_cast<C>(a[i]), static_cast<C>(b[i])));
  } else if (so == 1 && sa == 1 && sb == 0) {
    const C s = static_cast<C>(*b);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<Out>(F::call(static_cast<C>(a[i]), s));
  } else if (so == 1 && sa == 0 && sb == 1) {
    const C s = static_cast<C>(*a);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<Out>(F::call(s, static_cast<C>(b[i])));
  } else {
    for (int64_t i = 0; i < n; ++i) {
      out[i * so] = math::convert<Out>(F::call(static_cast<C>(a[i * sa]), static_cast<C>(b[i * sb])));
    }
  }
}

/// An operand's first element; the immediate lies in the loop itself.
template <class T>
[[gnu::always_inline]] inline T* operand(const Loop& loop, int o) {
  void* data = loop.data[o] ? loop.data[o] : const_cast<unsigned char*>(loop.immediate);
  return static_cast<T*>(data);
}

/// Offsets of every operand at row `row`: the axes above the innermost, counted up.
template <int Operands>
struct Rows {
  int64_t index[Loop::max_axes] = {};
  int64_t offset[Operands] = {};

  [[gnu::always_inline]] void seek(const Loop& loop, int64_t row) {
    for (int axis = 1; axis < loop.axes; ++axis) {
      index[axis] = row % loop.shape[axis];
      row /= loop.shape[axis];
      for (int o = 0; o < Operands; ++o) offset[o] += index[axis] * loop.strides[o][axis];
    }
  }
  [[gnu::always_inline]] void next(const Loop& loop) {
    for (int axis = 1; axis < loop.axes; ++axis) {
      for (int o = 0; o < Operands; ++o) offset[o] += loop.strides[o][axis];
      if (++index[axis] < loop.shape[axis]) return;
      for (int o = 0; o < Operands; ++o) offset[o] -= loop.strides[o][axis] * loop.shape[axis];
      index[axis] = 0;
    }
  }
};

/// Calls row(offsets, first, count) for pieces that cover the loop: `count` elements of the inner axis from `first`.
template <int Operands, class Row>
[[gnu::always_inline]] inline void over_rows(const Loop& loop, int cost, const Row& row) {
  const int64_t inner = loop.shape[0], limit = grain / cost;
  const bool parallel = loop.numel() > parallel_limit / cost;
  if (loop.axes == 1) {
    constexpr int64_t none[Operands] = {};
    if (!parallel) return row(none, 0, inner);
    for_tasks((inner + limit - 1) / limit, true, [&](int64_t t) {
      const int64_t first = t * limit, count = inner - first < limit ? inner - first : limit;
      row(none, first, count);
    });
    return;
  }
  const int64_t rows = loop.numel() / inner;
  const int64_t rows_per_task = inner >= limit ? 1 : limit / inner;
  const auto run = [&](int64_t begin, int64_t end) __attribute__((noinline)) {
    Rows<Operands> at;
    at.seek(loop, begin);
    for (int64_t r = begin; r < end; ++r, at.next(loop)) row(at.offset, 0, inner);
  };
  if (!parallel) return run(0, rows);
  for_tasks((rows + rows_per_task - 1) / rows_per_task, true, [&](int64_t t) {
    const int64_t begin = t * rows_per_task, end = begin + rows_per_task < rows ? begin + rows_per_task : rows;
    run(begin, end);
  });
}

}  // namespace detail

/// out = F(x).
template <class F, class Out, class In>
void unary_loop(const Loop& loop) {
  Out* out = detail::operand<Out>(loop, 0);
  const In* x = detail::operand<In>(loop, 1);
  const int64_t so = loop.strides[0][0], sx = loop.strides[1][0];
  detail::over_rows<2>(
      loop, cost_of<F>(), [=](const int64_t* at, int64_t first, int64_t n) __attribute__((always_inline)) {
        detail::run_unary<F>(n, out + at[0] + first * so, so, x + at[1] + first * sx, sx);
      });
}

/// out = F(a, b).
template <class F, class Out, class In>
void binary_loop(const Loop& loop) {
  Out* out = detail::operand<Out>(loop, 0);
  const In *a = detail::operand<In>(loop, 1), *b = detail::operand<In>(loop, 2);
  const int64_t so = loop.strides[0][0], sa = loop.strides[1][0], sb = loop.strides[2][0];
  detail::over_rows<3>(
      loop, cost_of<F>(), [=](const int64_t* at, int64_t first, int64_t n) __attribute__((always_inline)) {
        detail::run_binary<F>(n, out + at[0] + first * so, so, a + at[1] + first * sa, sa, b + at[2] + first * sb, sb);
      });
}

/// The kernel of a functor whose output has the dtype of its inputs.
template <class F, DTypes Accepted>
Status unary(const Loop& loop, const Launch&) {
  by_dtype<Accepted>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) { unary_loop<F, T, T>(loop); });
  return {};
}
template <class F, DTypes Accepted>
Status binary(const Loop& loop, const Launch&) {
  by_dtype<Accepted>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) { binary_loop<F, T, T>(loop); });
  return {};
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
