// The innermost loops of reductions: a block of elements to one value, a block of rows to a row of values.
//
// A reduction R is an accumulator type Acc, `start()`, `step(acc, x)`, `merge(a, b)` and `finish(acc, count)`. One that
// needs two looks at a block (variance: first its mean) has instead of `step` a `First` and a `Second` reduction,
// `context(first, n)`, which every step of the second gets, and `combine(context, second, n)`.
#pragma once
#include "tenon/core/cpu/loops/elementwise.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL::detail {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class R>
concept TwoPass = requires {
  typename R::First;
};

/// n elements by four running values, which stay in registers.
template <class S, class In, class Step>
[[gnu::always_inline]] inline typename S::Acc reduce_by_four(const In* x, int64_t n, int64_t stride, const Step& step) {
  typename S::Acc a = S::start(), b = S::start(), c = S::start(), d = S::start();
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    asm("" : "+r"(i));  // keeps gcc 12 from making vectors of rounds: at AVX-512 its sums of int64 left elements out
    a = step(a, math::load(x[i * stride]));
    b = step(b, math::load(x[(i + 1) * stride]));
    c = step(c, math::load(x[(i + 2) * stride]));
    d = step(d, math::load(x[(i + 3) * stride]));
  }
  if (i < n) a = step(a, math::load(x[i * stride]));
  if (i + 1 < n) b = step(b, math::load(x[(i + 1) * stride]));
  if (i + 2 < n) c = step(c, math::load(x[(i + 2) * stride]));
  return S::merge(S::merge(a, c), S::merge(b, d));
}

/// n elements, at least `lanes`, side by side: by as many running values, which the compiler keeps in vectors, merged
/// as a tree; then the rest.
template <class S, int lanes, class In, class Step>
[[gnu::always_inline]] inline typename S::Acc reduce_lanes(const In* x, int64_t n, const Step& step) {
  typename S::Acc acc[lanes];
  for (int k = 0; k < lanes; ++k) acc[k] = S::start();
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (int k = 0; k < lanes; ++k) acc[k] = step(acc[k], math::load(x[i + k]));
  }
  for (int width = lanes / 2; width > 0; width /= 2) {
#pragma GCC unroll 1
    for (int k = 0; k < width; ++k) acc[k] = S::merge(acc[k], acc[k + width]);
  }
  return i < n ? S::merge(acc[0], reduce_by_four<S>(x + i, n - i, 1, step)) : acc[0];
}

template <class S, class In, class Step>
[[gnu::always_inline]] inline typename S::Acc reduce_lanes(const In* x, int64_t n, int64_t stride, const Step& step) {
  constexpr int size = sizeof(typename S::Acc), wide = 4 * vector_bytes / (size < 4 ? 4 : size);
  if (stride != 1) return reduce_by_four<S>(x, n, stride, step);
  return n >= wide ? reduce_lanes<S, wide>(x, n, step) : reduce_by_four<S>(x, n, 1, step);
}

/// n elements, `stride` apart.
template <class R, class In>
[[gnu::noinline]] typename R::Acc reduce_block(const In* x, int64_t n, int64_t stride) {
  using C = typename math::Compute<In>::type;
  if constexpr (TwoPass<R>) {
    using First = typename R::First;
    using Second = typename R::Second;
    const auto first = reduce_lanes<First>(x, n, stride, [](auto acc, C v) { return First::step(acc, v); });
    const auto context = R::context(first, n);
    const auto second =
        reduce_lanes<Second>(x, n, stride, [context](auto acc, C v) { return Second::step(acc, v, context); });
    return R::combine(context, second, n);
  } else {
    return reduce_lanes<R>(x, n, stride, [](auto acc, C v) { return R::step(acc, v); });
  }
}

/// acc[k] takes in column k of n rows, `stride` apart; `step(acc, value, k)`. Four rows a round: a running value is
/// loaded and stored once for four steps.
template <class Acc, class In, class Step>
[[gnu::always_inline]] inline void reduce_columns(Acc* acc, int64_t width, const In* x, int64_t n, int64_t stride,
                                                  int64_t column, const Step& step) {
  int64_t r = 0;
  for (; r + 4 <= n; r += 4, x += 4 * stride) {
    const In *a = x, *b = a + stride, *c = b + stride, *d = c + stride;
#pragma GCC ivdep
    for (int64_t k = 0; k < width; ++k) {
      const int64_t at = k * column;
      Acc value = step(step(acc[k], math::load(a[at]), k), math::load(b[at]), k);
      acc[k] = step(step(value, math::load(c[at]), k), math::load(d[at]), k);
    }
  }
  for (; r < n; ++r, x += stride) {
#pragma GCC ivdep
    for (int64_t k = 0; k < width; ++k) acc[k] = step(acc[k], math::load(x[k * column]), k);
  }
}

template <class S, class In, class Step>
[[gnu::always_inline]] inline void reduce_columns_of(typename S::Acc* acc, int64_t width, const In* x, int64_t n,
                                                     int64_t stride, int64_t column, const Step& step) {
  for (int64_t k = 0; k < width; ++k) acc[k] = S::start();
  if (column == 1) {
    reduce_columns(acc, width, x, n, stride, 1, step);
  } else {
    reduce_columns(acc, width, x, n, stride, column, step);
  }
}

/// Columns that are reduced side by side.
constexpr int64_t strip_width = 128;

/// n rows, `stride` apart, of `width` columns, `column` apart: acc[k] is what column k comes to.
template <class R, class In>
[[gnu::noinline]] void reduce_rows(typename R::Acc* acc, int64_t width, const In* x, int64_t n, int64_t stride,
                                   int64_t column) {
  using C = typename math::Compute<In>::type;
  if constexpr (TwoPass<R>) {
    using First = typename R::First;
    using Second = typename R::Second;
    typename First::Acc first[strip_width];
    typename Second::Acc second[strip_width];
    typename R::Context context[strip_width];
    reduce_columns_of<First>(first, width, x, n, stride, column,
                             [](auto a, C v, int64_t) { return First::step(a, v); });
    for (int64_t k = 0; k < width; ++k) context[k] = R::context(first[k], n);
    reduce_columns_of<Second>(second, width, x, n, stride, column,
                              [&context](auto a, C v, int64_t k) { return Second::step(a, v, context[k]); });
    for (int64_t k = 0; k < width; ++k) acc[k] = R::combine(context[k], second[k], n);
  } else {
    reduce_columns_of<R>(acc, width, x, n, stride, column, [](auto a, C v, int64_t) { return R::step(a, v); });
  }
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL::detail
