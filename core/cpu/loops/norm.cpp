// Normalisation. Sums over many rows are taken in slices of a fixed size, and these are added in order, in float64.
#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/cpu/loops/rows.h"
#include "tenon/core/cpu/workspace.h"
#include "tenon/core/math/exponential.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

template <class T>
using Compute = typename math::Compute<T>::type;

/// K sums for each channel of [outer, n, inner], into totals [K, n]. `term(row, offset, channel, v)` puts the K terms
/// of an element into v.
template <int K, class C, class Term>
TENON_INLINE bool channel_sums(const AxisLoop& loop, double* totals, const Launch& launch, const Term& term) {
  constexpr int64_t strip = 64, lanes = 16;
  const int64_t row = loop.n * loop.inner, rows_a_slice = row >= grain ? 1 : grain / row;
  const int64_t slices = (loop.outer + rows_a_slice - 1) / rows_a_slice;
  const Workspace scratch(launch, static_cast<size_t>(slices * K * loop.n * static_cast<int64_t>(sizeof(C))));
  C* partial = static_cast<C*>(scratch.get());
  if (!partial) return false;
  for_tasks(slices, loop.outer * row > parallel_limit, [&](int64_t s) {
    const int64_t first = s * rows_a_slice,
                  last = first + rows_a_slice < loop.outer ? first + rows_a_slice : loop.outer;
    C* sums = partial + s * K * loop.n;
    if (loop.inner == 1) {
      for (int64_t c0 = 0; c0 < loop.n; c0 += strip) {
        const int64_t width = loop.n - c0 < strip ? loop.n - c0 : strip;
        C acc[K][strip];
        for (int j = 0; j < K; ++j) {
          for (int64_t k = 0; k < width; ++k) acc[j][k] = 0;
        }
        for (int64_t r = first; r < last; ++r) {
#pragma GCC ivdep
          for (int64_t k = 0; k < width; ++k) {
            C v[K];
            term(r, r * loop.n + c0 + k, c0 + k, v);
            for (int j = 0; j < K; ++j) acc[j][k] += v[j];
          }
        }
        for (int j = 0; j < K; ++j) {
          for (int64_t k = 0; k < width; ++k) sums[j * loop.n + c0 + k] = acc[j][k];
        }
      }
      return;
    }
    for (int64_t c = 0; c < loop.n; ++c) {
      C acc[K][lanes];
      for (int j = 0; j < K; ++j) {
        for (int64_t k = 0; k < lanes; ++k) acc[j][k] = 0;
      }
      for (int64_t r = first; r < last; ++r) {
        const int64_t start = (r * loop.n + c) * loop.inner;
        for (int64_t i = 0; i < loop.inner; i += lanes) {
          const int64_t width = loop.inner - i < lanes ? loop.inner - i : lanes;
#pragma GCC ivdep
          for (int64_t k = 0; k < width; ++k) {
            C v[K];
            term(r, start + i + k, c, v);
            for (int j = 0; j < K; ++j) acc[j][k] += v[j];
          }
        }
      }
      for (int j = 0; j < K; ++j) {
        C sum = 0;
        for (int64_t k = 0; k < lanes; ++k) sum += acc[j][k];
        sums[j * loop.n + c] = sum;
      }
    }
  });
  for (int64_t k = 0; k < K * loop.n; ++k) totals[k] = 0;
  for (int64_t s = 0; s < slices; ++s) {
    for (int64_t k = 0; k < K * loop.n; ++k) totals[k] += static_cast<double>(partial[s * K * loop.n + k]);
  }
  return true;
}

/// Calls run(offset, channel, count) for stretches of [outer, n, inner]: of one channel where inner > 1, else of
/// neighbouring channels.
template <class Run>
TENON_INLINE void over_channels(const AxisLoop& loop, const Run& run) {
  const int64_t row = loop.n * loop.inner, rows_a_task = row >= grain ? 1 : grain / row;
  for_tasks((loop.outer + rows_a_task - 1) / rows_a_task, loop.outer * row > parallel_limit, [&](int64_t t) {
    const int64_t first = t * rows_a_task, last = first + rows_a_task < loop.outer ? first + rows_a_task : loop.outer;
    for (int64_t r = first; r < last; ++r) {
      if (loop.inner == 1) {
        run(r * loop.n, int64_t{0}, loop.n);
      } else {
        for (int64_t c = 0; c < loop.n; ++c) run((r * loop.n + c) * loop.inner, c, loop.inner);
      }
    }
  });
}

template <class T>
void layer_norm(const View& y, const View& mean, const View& rstd, const View& x, const View& weight, const View& bias,
                double eps, const AxisLoop& loop) {
  using C = Compute<T>;
  const int64_t n = loop.n;
  const T *w = weight.as<T>(), *b = bias.as<T>();
  const int64_t rows_a_task = n >= grain ? 1 : grain / n;
  for_tasks((loop.outer + rows_a_task - 1) / rows_a_task, 3 * loop.outer * n > parallel_limit, [&](int64_t t) {
    const int64_t last = (t + 1) * rows_a_task < loop.outer ? (t + 1) * rows_a_task : loop.outer;
    for (int64_t r = t * rows_a_task; r < last; ++r) {
      const T* from = x.as<T>() + r * n;
      T* to = y.as<T>() + r * n;
      const C m = row_sum<C>(n, [=](int64_t i) -> C { return math::load(from[i]); }) / static_cast<C>(n);
      const C squares = row_sum<C>(n, [=](int64_t i) -> C {
        const C d = math::load(from[i]) - m;
        return d * d;
      });
      const C s = math::Rsqrt::call(squares / static_cast<C>(n) + static_cast<C>(eps));
      mean.as<C>()[r] = m;
      rstd.as<C>()[r] = s;
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) {
        C value = (math::load(from[i]) - m) * s;
        if (w) value *= math::load(w[i]);
        if (b) value += math::load(b[i]);
        to[i] = math::convert<T>(value);
      }
    }
  });
}

template <class T>
Status layer_norm_grad(const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                       const View& mean, const View& rstd, const View& weight, const AxisLoop& loop,
                       const Launch& launch) {
  using C = Compute<T>;
  const int64_t n = loop.n;
  const T *px = x.as<T>(), *pdy = dy.as<T>(), *w = weight.as<T>();
  const C *m = mean.as<C>(), *s = rstd.as<C>();
  if (dx.data) {
    const int64_t rows_a_task = n >= grain ? 1 : grain / n;
    for_tasks((loop.outer + rows_a_task - 1) / rows_a_task, 4 * loop.outer * n > parallel_limit, [&](int64_t t) {
      const int64_t last = (t + 1) * rows_a_task < loop.outer ? (t + 1) * rows_a_task : loop.outer;
      for (int64_t r = t * rows_a_task; r < last; ++r) {
        const T *from = px + r * n, *slope = pdy + r * n;
        T* to = dx.as<T>() + r * n;
        const C mr = m[r], sr = s[r];
        const auto g = [=](int64_t i) __attribute__((always_inline))->C {
          return w ? static_cast<C>(math::load(slope[i])) * static_cast<C>(math::load(w[i])) : C(math::load(slope[i]));
        };
        const auto normal = [=](int64_t i) __attribute__((always_inline))->C {
          return (math::load(from[i]) - mr) * sr;
        };
        const C g_mean = row_sum<C>(n, g) / static_cast<C>(n);
        const C g_along = row_sum<C>(n, [=](int64_t i) -> C { return g(i) * normal(i); }) / static_cast<C>(n);
#pragma GCC ivdep
        for (int64_t i = 0; i < n; ++i) to[i] = math::convert<T>(sr * (g(i) - g_mean - normal(i) * g_along));
      }
    });
  }
  if (!dweight.data && !dbias.data) return {};
  const Workspace totals(launch, static_cast<size_t>(2 * n * static_cast<int64_t>(sizeof(double))));
  double* sums = static_cast<double*>(totals.get());
  const bool done =
      sums && channel_sums<2, C>(
                  loop, sums, launch, [=](int64_t r, int64_t at, int64_t, C(&v)[2]) __attribute__((always_inline)) {
                    v[0] = math::load(pdy[at]);
                    v[1] = v[0] * ((math::load(px[at]) - m[r]) * s[r]);
                  });
  if (!done) return no_workspace;
  for (int64_t i = 0; i < n; ++i) {
    if (dbias.data) dbias.as<T>()[i] = math::convert<T>(static_cast<C>(sums[i]));
    if (dweight.data) dweight.as<T>()[i] = math::convert<T>(static_cast<C>(sums[n + i]));
  }
  return {};
}

/// mean and rstd of each channel of x, and what the running statistics make of them.
template <class T>
Status batch_statistics(const View& mean, const View& rstd, const View& running_mean, const View& running_var,
                        const View& x, const BatchNormSettings& settings, const AxisLoop& loop, const Launch& launch) {
  using C = Compute<T>;
  const T* px = x.as<T>();
  const Workspace totals(launch, static_cast<size_t>(2 * loop.n * static_cast<int64_t>(sizeof(double))));
  double* sums = static_cast<double*>(totals.get());
  // Squares are taken of the distance from a channel's first element: what cancels then is small.
  const int64_t inner = loop.inner;
  const bool done =
      sums && channel_sums<2, C>(
                  loop, sums, launch, [=](int64_t, int64_t at, int64_t c, C(&v)[2]) __attribute__((always_inline)) {
                    v[0] = math::load(px[at]) - math::load(px[c * inner]);
                    v[1] = v[0] * v[0];
                  });
  if (!done) return no_workspace;
  const double count = static_cast<double>(loop.outer * loop.inner);
  for (int64_t c = 0; c < loop.n; ++c) {
    const double pivot = static_cast<double>(math::load(px[c * inner])), off = sums[c] / count;
    const double spread = sums[loop.n + c] / count - off * off, var = spread > 0 || spread != spread ? spread : 0;
    mean.as<C>()[c] = static_cast<C>(pivot + off);
    rstd.as<C>()[c] = static_cast<C>(1 / __builtin_sqrt(var + settings.eps));
    const auto move = [&](C & running, double value) __attribute__((always_inline)) {
      running = static_cast<C>((1 - settings.momentum) * static_cast<double>(running) + settings.momentum * value);
    };
    if (running_mean.data) move(running_mean.as<C>()[c], pivot + off);
    if (running_var.data) move(running_var.as<C>()[c], count > 1 ? var * (count / (count - 1)) : var);
  }
  return {};
}

template <class T>
Status batch_norm(const View& y, const View& mean, const View& rstd, const View& running_mean, const View& running_var,
                  const View& x, const View& weight, const View& bias, const BatchNormSettings& settings,
                  const AxisLoop& loop, const Launch& launch) {
  using C = Compute<T>;
  if (settings.training) {
    const Status status = batch_statistics<T>(mean, rstd, running_mean, running_var, x, settings, loop, launch);
    if (status.code != StatusCode::ok) return status;
  } else {
    for (int64_t c = 0; c < loop.n; ++c) {
      mean.as<C>()[c] = running_mean.as<C>()[c];
      rstd.as<C>()[c] = C(1) / math::Sqrt::call(running_var.as<C>()[c] + static_cast<C>(settings.eps));
    }
  }
  const Workspace line(launch, static_cast<size_t>(2 * loop.n * static_cast<int64_t>(sizeof(C))));
  C *scale = static_cast<C*>(line.get()), *shift = scale + loop.n;
  if (!scale) return no_workspace;
  for (int64_t c = 0; c < loop.n; ++c) {
    scale[c] = weight.data ? rstd.as<C>()[c] * static_cast<C>(math::load(weight.as<T>()[c])) : rstd.as<C>()[c];
    shift[c] = (bias.data ? static_cast<C>(math::load(bias.as<T>()[c])) : C(0)) - mean.as<C>()[c] * scale[c];
  }
  const int64_t across = loop.inner == 1;
  over_channels(loop, [&, across](int64_t at, int64_t c, int64_t count) {
    const T* from = x.as<T>() + at;
    T* to = y.as<T>() + at;
    const C *a = scale + c, *b = shift + c;
    if (across) {
#pragma GCC ivdep
      for (int64_t i = 0; i < count; ++i) to[i] = math::convert<T>(math::load(from[i]) * a[i] + b[i]);
    } else {
      const C one_a = *a, one_b = *b;
#pragma GCC ivdep
      for (int64_t i = 0; i < count; ++i) to[i] = math::convert<T>(math::load(from[i]) * one_a + one_b);
    }
  });
  return {};
}

template <class T>
Status batch_norm_grad(const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                       const View& mean, const View& rstd, const View& weight, bool training, const AxisLoop& loop,
                       const Launch& launch) {
  using C = Compute<T>;
  const int64_t n = loop.n;
  const T *px = x.as<T>(), *pdy = dy.as<T>();
  const C *m = mean.as<C>(), *s = rstd.as<C>();
  const Workspace totals(launch, static_cast<size_t>(2 * n * static_cast<int64_t>(sizeof(double)) +
                                                     3 * n * static_cast<int64_t>(sizeof(C))));
  double* sums = static_cast<double*>(totals.get());
  const bool done =
      sums && channel_sums<2, C>(
                  loop, sums, launch, [=](int64_t, int64_t at, int64_t c, C(&v)[2]) __attribute__((always_inline)) {
                    v[0] = math::load(pdy[at]);
                    v[1] = v[0] * ((math::load(px[at]) - m[c]) * s[c]);
                  });
  if (!done) return no_workspace;
  for (int64_t c = 0; c < n; ++c) {
    if (dbias.data) dbias.as<T>()[c] = math::convert<T>(static_cast<C>(sums[c]));
    if (dweight.data) dweight.as<T>()[c] = math::convert<T>(static_cast<C>(sums[n + c]));
  }
  if (!dx.data) return {};
  // dx = slope dy + along x + rest, by channel.
  C *slope = reinterpret_cast<C*>(sums + 2 * n), *along = slope + n, *rest = along + n;
  const double count = static_cast<double>(loop.outer * loop.inner);
  for (int64_t c = 0; c < n; ++c) {
    const double r = static_cast<double>(s[c]),
                 w = weight.data ? static_cast<double>(math::load(weight.as<T>()[c])) : 1;
    const double per_x = training ? -w * r * r * sums[n + c] / count : 0;
    slope[c] = static_cast<C>(w * r);
    along[c] = static_cast<C>(per_x);
    rest[c] = training ? static_cast<C>(-w * r * sums[c] / count - per_x * static_cast<double>(m[c])) : C(0);
  }
  const int64_t across = loop.inner == 1;
  over_channels(loop, [&, across](int64_t at, int64_t c, int64_t length) {
    const T *from = px + at, *g = pdy + at;
    T* to = dx.as<T>() + at;
    const C *a = slope + c, *b = along + c, *d = rest + c;
    if (across) {
#pragma GCC ivdep
      for (int64_t i = 0; i < length; ++i) {
        to[i] = math::convert<T>(a[i] * math::load(g[i]) + b[i] * math::load(from[i]) + d[i]);
      }
    } else {
      const C one_a = *a, one_b = *b, one_d = *d;
#pragma GCC ivdep
      for (int64_t i = 0; i < length; ++i) {
        to[i] = math::convert<T>(one_a * math::load(g[i]) + one_b * math::load(from[i]) + one_d);
      }
    }
  });
  return {};
}

}  // namespace

void fill_norm(NormKernels& kernels) {
  kernels.layer_norm = [](const View& y, const View& mean, const View& rstd, const View& x, const View& weight,
                          const View& bias, double eps, const AxisLoop& loop, const Launch&) -> Status {
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>)
                     __attribute__((always_inline)) { layer_norm<T>(y, mean, rstd, x, weight, bias, eps, loop); });
    return {};
  };
  kernels.layer_norm_grad = [](const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                               const View& mean, const View& rstd, const View& weight, const AxisLoop& loop,
                               const Launch& launch) -> Status {
    Status status;
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
          status = layer_norm_grad<T>(dx, dweight, dbias, dy, x, mean, rstd, weight, loop, launch);
        });
    return status;
  };
  kernels.batch_norm = [](const View& y, const View& mean, const View& rstd, const View& running_mean,
                          const View& running_var, const View& x, const View& weight, const View& bias,
                          const BatchNormSettings& settings, const AxisLoop& loop, const Launch& launch) -> Status {
    Status status;
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
          status = batch_norm<T>(y, mean, rstd, running_mean, running_var, x, weight, bias, settings, loop, launch);
        });
    return status;
  };
  kernels.batch_norm_grad = [](const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                               const View& mean, const View& rstd, const View& weight, bool training,
                               const AxisLoop& loop, const Launch& launch) -> Status {
    Status status;
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
          status = batch_norm_grad<T>(dx, dweight, dbias, dy, x, mean, rstd, weight, training, loop, launch);
        });
    return status;
  };
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
