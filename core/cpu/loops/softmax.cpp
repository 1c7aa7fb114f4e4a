#include "tenon/core/math/softmax.h"

#include "tenon/core/cpu/loops/axis.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/reduce_block.h"
#include "tenon/core/cpu/loops/rows.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

constexpr int64_t cost = 16;

template <bool logarithm, class T>
void row(T* out, const T* x, int64_t n) {
  using C = typename math::Compute<T>::type;
  const C max = detail::reduce_block<math::Max<C>>(x, n, 1);
  if constexpr (logarithm || !__is_same(C, T)) {
    const C sum = row_sum<C>(n, [=](int64_t i) { return math::Exp::call(math::load(x[i]) - max); });
    const C log_sum = math::Log::call(sum), scale = C(1) / sum;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
      const C moved = math::load(x[i]) - max;
      out[i] = math::convert<T>(logarithm ? moved - log_sum : math::Exp::call(moved) * scale);
    }
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::Exp::call(x[i] - max);
    const C scale = C(1) / row_sum<C>(n, [=](int64_t i) { return out[i]; });
    for (int64_t i = 0; i < n; ++i) out[i] *= scale;
  }
}

// Rows of fewer numbers than this leave vectors empty.
constexpr int64_t short_row = 16, rows_at_once = 64;

/// Short rows one behind the other: the exponentials of all of them in one loop.
template <class T>
void short_rows(T* out, const T* x, int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; ++r) {
    const T* from = x + r * n;
    T max = from[0];
    for (int64_t i = 1; i < n; ++i) max = math::Maximum::call(max, from[i]);
    for (int64_t i = 0; i < n; ++i) out[r * n + i] = from[i] - max;
  }
#pragma GCC ivdep
  for (int64_t i = 0; i < rows * n; ++i) out[i] = math::Exp::call(out[i]);
  for (int64_t r = 0; r < rows; ++r) {
    T* to = out + r * n;
    T sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += to[i];
    const T scale = T(1) / sum;
    for (int64_t i = 0; i < n; ++i) to[i] *= scale;
  }
}

template <bool logarithm, class T>
void columns(T* out, const T* x, int64_t n, int64_t stride, int64_t width) {
  using C = typename math::Compute<T>::type;
  C max[strip], sum[strip] = {};
  for (int64_t k = 0; k < width; ++k) max[k] = math::lowest<C>();
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < width; ++k) max[k] = math::Maximum::call(max[k], math::load(x[i * stride + k]));
  }
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t k = 0; k < width; ++k) sum[k] += math::Exp::call(math::load(x[i * stride + k]) - max[k]);
  }
  for (int64_t k = 0; k < width; ++k) sum[k] = logarithm ? math::Log::call(sum[k]) : C(1) / sum[k];
  for (int64_t i = 0; i < n; ++i) {
#pragma GCC ivdep
    for (int64_t k = 0; k < width; ++k) {
      const C moved = math::load(x[i * stride + k]) - max[k];
      out[i * stride + k] = math::convert<T>(logarithm ? moved - sum[k] : math::Exp::call(moved) * sum[k]);
    }
  }
}

template <bool logarithm>
Status softmax(const View& out, const View& x, const AxisLoop& a, const Launch&) {
  by_dtype<floating>(
      x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        if constexpr (!logarithm && __is_same(typename math::Compute<T>::type, T)) {
          if (a.inner == 1 && a.n < short_row) {
            const AxisLoop blocks{(a.outer + rows_at_once - 1) / rows_at_once, rows_at_once * a.n, 1};
            return over_strips(blocks, cost, [&](int64_t o, int64_t, int64_t) {
              const int64_t first = o * rows_at_once, left = a.outer - first;
              short_rows(out.as<T>() + first * a.n, x.as<T>() + first * a.n, left < rows_at_once ? left : rows_at_once,
                         a.n);
            });
          }
        }
        over_strips(a, cost, [&](int64_t o, int64_t first, int64_t width) {
          const int64_t at = o * a.n * a.inner + first;
          if (a.inner == 1) {
            row<logarithm>(out.as<T>() + at, x.as<T>() + at, a.n);
          } else {
            columns<logarithm>(out.as<T>() + at, x.as<T>() + at, a.n, a.inner, width);
          }
        });
      });
  return {};
}

/// softmax: dx = y (dy - sum(dy y)); log_softmax: dx = dy - exp(y) sum(dy).
template <bool logarithm>
struct Gradient {
  template <class C>
  TENON_INLINE static C term(C dy, C y) {
    return logarithm ? dy : dy * y;
  }
  template <class C>
  TENON_INLINE static C call(C dy, C y, C sum) {
    return logarithm ? dy - math::Exp::call(y) * sum : y * (dy - sum);
  }
};

template <bool logarithm>
Status softmax_grad(const View& dx_view, const View& dy_view, const View& y_view, const AxisLoop& a, const Launch&) {
  using G = Gradient<logarithm>;
  by_dtype<floating>(
      y_view.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        over_strips(a, cost, [&](int64_t o, int64_t first, int64_t width) {
          const int64_t at = o * a.n * a.inner + first, n = a.n, stride = a.inner;
          T* dx = dx_view.as<T>() + at;
          const T *dy = dy_view.as<T>() + at, *y = y_view.as<T>() + at;
          if (stride == 1) {
            const C sum = row_sum<C>(n, [=](int64_t i) { return G::term(math::load(dy[i]), math::load(y[i])); });
#pragma GCC ivdep
            for (int64_t i = 0; i < n; ++i) dx[i] = math::convert<T>(G::call(math::load(dy[i]), math::load(y[i]), sum));
            return;
          }
          C sum[strip] = {};
          for (int64_t i = 0; i < n * stride; i += stride) {
            for (int64_t k = 0; k < width; ++k) sum[k] += G::term(math::load(dy[i + k]), math::load(y[i + k]));
          }
          for (int64_t i = 0; i < n * stride; i += stride) {
#pragma GCC ivdep
            for (int64_t k = 0; k < width; ++k) {
              dx[i + k] = math::convert<T>(G::call(math::load(dy[i + k]), math::load(y[i + k]), sum[k]));
            }
          }
        });
      });
  return {};
}

}  // namespace

void fill_softmax(SoftmaxKernels& k) {
  k.softmax = softmax<false>;
  k.log_softmax = softmax<true>;
  k.softmax_grad = softmax_grad<false>;
  k.log_softmax_grad = softmax_grad<true>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
