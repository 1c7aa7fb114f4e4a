// Layer and batch norm. Sums over rows or images go through reduce.cuh; what is written once they are known is a loop
// over elements.
#include "tenon/core/cuda/channels.h"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/rows.cuh"
#include "tenon/core/math/exponential.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// Packs of factors that may not be given.
template <class T, int V>
struct Factors {
  Pack<T, V> weight, bias;

  __device__ Factors(const T* w, const T* b, int64_t i) {
    if (w) weight = load_pack<V>(w + i);
    if (b) bias = load_pack<V>(b + i);
  }
};

template <class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    layer_norm_rows(const __grid_constant__ RowPlan plan, T* y, Compute<T>* mean, Compute<T>* rstd, const T* x,
                    const T* weight, const T* bias, const Compute<T> eps) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 1> row(plan, at, x);
  const C count = static_cast<C>(plan.n);
  C sum = 0;
  row.each([&](const C(&v)[1]) { sum += v[0]; });
  const C m = at.sum(sum) / count;
  C squares = 0;
  row.each([&](const C(&v)[1]) { squares += (v[0] - m) * (v[0] - m); });
  const C s = math::Rsqrt::call(at.sum(squares) / count + eps);
  if (at.exists && at.lane == 0) {
    mean[at.row] = m;
    rstd[at.row] = s;
  }
  row.write(
      y + at.row * plan.n, [&](int64_t i) { return Factors<T, V>(weight, bias, i); },
      [&](const C(&v)[1], const Factors<T, V>& by, int k) {
        C value = (v[0] - m) * s;
        if (weight) value *= math::load(by.weight.v[k]);
        if (bias) value += math::load(by.bias.v[k]);
        return value;
      });
}

Status layer_norm(const View& y, const View& mean, const View& rstd, const View& x, const View& weight,
                  const View& bias, double eps, const AxisLoop& loop, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) {
    using C = Compute<T>;
    const bool aligned = aligned_for_packs(y.as<T>(), x.as<T>(), weight.as<T>(), bias.as<T>());
    return by_row_plan<T>(loop.outer, loop.n, aligned, [&]<int V, int held>(const RowPlan& plan) {
      layer_norm_rows<T, V, held><<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(
          plan, y.as<T>(), mean.as<C>(), rstd.as<C>(), x.as<T>(), weight.as<T>(), bias.as<T>(), static_cast<C>(eps));
      return launched();
    });
  });
}

template <class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    layer_norm_grad_rows(const __grid_constant__ RowPlan plan, T* dx, const T* dy, const T* x, const Compute<T>* mean,
                         const Compute<T>* rstd, const T* weight) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 2> row(plan, at, dy, x);
  const C m = at.exists ? mean[at.row] : C(0), s = at.exists ? rstd[at.row] : C(0);
  const auto weights = [&](int64_t i) { return Factors<T, V>(weight, nullptr, i); };
  const auto slope = [&](const C(&v)[2], const Factors<T, V>& by, int k) -> C {
    return weight ? v[0] * math::load(by.weight.v[k]) : v[0];
  };
  C sum = 0, along = 0;
  row.each(weights, [&](const C(&v)[2], const Factors<T, V>& by, int k) {
    const C g = slope(v, by, k);
    sum += g;
    along += g * ((v[1] - m) * s);
  });
  const C count = static_cast<C>(plan.n), g_mean = at.sum(sum) / count, g_along = at.sum(along) / count;
  row.write(dx + at.row * plan.n, weights, [&](const C(&v)[2], const Factors<T, V>& by, int k) {
    return s * (slope(v, by, k) - g_mean - (v[1] - m) * s * g_along);
  });
}

template <class C>
struct TwoSums {
  C a, b;
};

/// The sums of dy and of dy times normalised x over the rows.
template <class T>
struct LayerNormSums {
  using C = Compute<T>;
  using Acc = TwoSums<C>;

  const C *mean, *rstd;
  T *dweight, *dbias;

  __device__ NoContext context(int64_t) const { return {}; }
  __device__ Acc start() const { return {0, 0}; }
  __device__ Acc step(const Acc& acc, const typename PairSource<T>::Value& v, NoContext, int64_t row) const {
    return {acc.a + v.a, acc.b + v.a * ((v.b - mean[row]) * rstd[row])};
  }
  __device__ Acc merge(const Acc& x, const Acc& y) const { return {x.a + y.a, x.b + y.b}; }
  __device__ void store(int64_t i, int64_t, const Acc& acc) const {
    if (dbias) dbias[i] = math::convert<T>(acc.a);
    if (dweight) dweight[i] = math::convert<T>(acc.b);
  }
};

Status layer_norm_grad(const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                       const View& mean, const View& rstd, const View& weight, const AxisLoop& loop,
                       const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) -> Status {
    using C = Compute<T>;
    const T *slope = dy.as<T>(), *from = x.as<T>();
    if (dx.data) {
      const bool aligned = aligned_for_packs(dx.as<T>(), slope, from, weight.as<T>());
      const Status status = by_row_plan<T>(loop.outer, loop.n, aligned, [&]<int V, int held>(const RowPlan& plan) {
        layer_norm_grad_rows<T, V, held><<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(
            plan, dx.as<T>(), slope, from, mean.as<C>(), rstd.as<C>(), weight.as<T>());
        return launched();
      });
      if (status.code != StatusCode::ok) return status;
    }
    if (!dweight.data && !dbias.data) return {};
    const LayerNormSums<T> sums{mean.as<C>(), rstd.as<C>(), dweight.as<T>(), dbias.as<T>()};
    return reduce(reduction_loop({{loop.n, 1, 1}, {loop.outer, 0, loop.n}}), launch, sums, PairSource<T>{slope, from});
  });
}

/// x [outer, n, inner] as a reduction to [n].
Loop channel_loop(const AxisLoop& a) {
  return reduction_loop({{a.inner, 0, 1}, {a.n, 1, a.inner}, {a.outer, 0, a.n * a.inner}});
}

/// The sums of a channel's distances from its first element and of their squares: what cancels then is small.
template <class T>
struct ChannelStatistics {
  using C = Compute<T>;
  using Acc = TwoSums<C>;

  const T *x, *weight, *bias;
  C *mean, *rstd, *running_mean, *running_var;
  C *scale, *shift;  ///< y = scale x + shift
  double count, momentum, eps;
  int64_t inner;

  __device__ C context(int64_t c) const { return math::load(x[c * inner]); }
  __device__ Acc start() const { return {0, 0}; }
  __device__ Acc step(const Acc& acc, C v, C pivot, int64_t) const {
    return {acc.a + (v - pivot), acc.b + (v - pivot) * (v - pivot)};
  }
  __device__ Acc merge(const Acc& p, const Acc& q) const { return {p.a + q.a, p.b + q.b}; }
  __device__ void store(int64_t c, int64_t, const Acc& acc) const {
    const double pivot = static_cast<double>(context(c)), off = static_cast<double>(acc.a) / count;
    const double spread = static_cast<double>(acc.b) / count - off * off;
    const double var = spread > 0 || spread != spread ? spread : 0;
    if (running_mean) move(running_mean[c], pivot + off);
    if (running_var) move(running_var[c], count > 1 ? var * (count / (count - 1)) : var);
    finish(c, static_cast<C>(pivot + off), static_cast<C>(1 / __builtin_sqrt(var + eps)));
  }
  __device__ void finish(int64_t c, C m, C r) const {
    mean[c] = m;
    rstd[c] = r;
    scale[c] = weight ? r * math::load(weight[c]) : r;
    shift[c] = (bias ? math::load(bias[c]) : C(0)) - m * scale[c];
  }
  __device__ void move(C& running, double value) const {
    running = static_cast<C>((1 - momentum) * static_cast<double>(running) + momentum * value);
  }
};

/// The statistics of a channel where they are the running ones.
template <class T>
struct FromRunning {
  ChannelStatistics<T> statistics;

  __device__ void operator()(int64_t c) const {
    using C = Compute<T>;
    const C var = statistics.running_var[c] + static_cast<C>(statistics.eps);
    statistics.finish(c, statistics.running_mean[c], C(1) / math::Sqrt::call(var));
  }
};

/// What belongs to the channels of a pack.
template <class C, int V>
struct OfChannels {
  C value[V];
  __device__ OfChannels(const C* all, int64_t c, bool across) {
#pragma unroll
    for (int k = 0; k < V; ++k) value[k] = all[across ? c + k : c];
  }
};

/// Calls launch_with<V> with packs of 16 bytes if they fit, else with single elements.
template <class T, class F>
Status by_channel_packs(const Channels& channels, bool aligned, const F& launch_with) {
  constexpr int width = pack_of(sizeof(T));
  if (aligned && channels.packs_fit(width)) return launch_with.template operator()<width>();
  return launch_with.template operator()<1>();
}

template <class T, int V>
struct ScaleAndShift {
  T* y;
  const T* x;
  const Compute<T>*scale, *shift;
  Channels channels;

  __device__ void operator()(int64_t pack) const {
    using C = Compute<T>;
    const int64_t i = pack * V, c = channels.of(i);
    const Pack<T, V> from = load_pack<V>(x + i);
    const OfChannels<C, V> a(scale, c, channels.across), b(shift, c, channels.across);
    Pack<T, V> to;
#pragma unroll
    for (int k = 0; k < V; ++k) to.v[k] = math::convert<T>(math::load(from.v[k]) * a.value[k] + b.value[k]);
    store_pack<V>(y + i, to);
  }
};

template <class T>
Status batch_norm_of(const View& y, const View& mean, const View& rstd, const View& running_mean,
                     const View& running_var, const View& x, const View& weight, const View& bias,
                     const BatchNormSettings& settings, const AxisLoop& loop, const Launch& launch) {
  using C = Compute<T>;
  const Workspace line(launch, static_cast<size_t>(2 * loop.n) * sizeof(C));
  if (!line) return no_memory;
  C* scale = line.template as<C>();
  const ChannelStatistics<T> statistics{.x = x.as<T>(),
                                        .weight = weight.as<T>(),
                                        .bias = bias.as<T>(),
                                        .mean = mean.as<C>(),
                                        .rstd = rstd.as<C>(),
                                        .running_mean = running_mean.as<C>(),
                                        .running_var = running_var.as<C>(),
                                        .scale = scale,
                                        .shift = scale + loop.n,
                                        .count = static_cast<double>(loop.outer * loop.inner),
                                        .momentum = settings.momentum,
                                        .eps = settings.eps,
                                        .inner = loop.inner};
  const Status status = settings.training ? reduce(channel_loop(loop), launch, statistics, ArraySource<T>{x.as<T>()})
                                          : each(loop.n, FromRunning<T>{statistics}, launch);
  if (status.code != StatusCode::ok) return status;
  const Channels channels(loop);
  const int64_t total = loop.outer * loop.n * loop.inner;
  return by_channel_packs<T>(channels, aligned_for_packs(y.as<T>(), x.as<T>()), [&]<int V>() {
    return each(total / V, ScaleAndShift<T, V>{y.as<T>(), x.as<T>(), scale, scale + loop.n, channels}, launch);
  });
}

Status batch_norm(const View& y, const View& mean, const View& rstd, const View& running_mean, const View& running_var,
                  const View& x, const View& weight, const View& bias, const BatchNormSettings& settings,
                  const AxisLoop& loop, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) {
    return batch_norm_of<T>(y, mean, rstd, running_mean, running_var, x, weight, bias, settings, loop, launch);
  });
}

/// The sums of dy and of dy times normalised x over each channel.
template <class T>
struct ChannelGradient {
  using C = Compute<T>;
  using Acc = TwoSums<C>;

  const C *mean, *rstd;
  const T* weight;
  T *dweight, *dbias;
  C *slope, *along, *rest;  ///< dx = slope dy + along x + rest
  double count;
  bool training;

  __device__ TwoSums<C> context(int64_t c) const { return {mean[c], rstd[c]}; }
  __device__ Acc start() const { return {0, 0}; }
  __device__ Acc step(const Acc& acc, const typename PairSource<T>::Value& v, const TwoSums<C>& of, int64_t) const {
    return {acc.a + v.a, acc.b + v.a * ((v.b - of.a) * of.b)};
  }
  __device__ Acc merge(const Acc& p, const Acc& q) const { return {p.a + q.a, p.b + q.b}; }
  __device__ void store(int64_t c, int64_t, const Acc& acc) const {
    if (dbias) dbias[c] = math::convert<T>(acc.a);
    if (dweight) dweight[c] = math::convert<T>(acc.b);
    const double r = static_cast<double>(rstd[c]), w = weight ? static_cast<double>(math::load(weight[c])) : 1;
    const double per_x = training ? -w * r * r * static_cast<double>(acc.b) / count : 0;
    slope[c] = static_cast<C>(w * r);
    along[c] = static_cast<C>(per_x);
    rest[c] = training
                  ? static_cast<C>(-w * r * static_cast<double>(acc.a) / count - per_x * static_cast<double>(mean[c]))
                  : C(0);
  }
};

template <class T, int V>
struct ChannelGradientApplied {
  T* dx;
  const T *dy, *x;
  const Compute<T>*slope, *along, *rest;
  Channels channels;

  __device__ void operator()(int64_t pack) const {
    using C = Compute<T>;
    const int64_t i = pack * V, c = channels.of(i);
    const Pack<T, V> g = load_pack<V>(dy + i), from = load_pack<V>(x + i);
    const OfChannels<C, V> a(slope, c, channels.across), b(along, c, channels.across), d(rest, c, channels.across);
    Pack<T, V> to;
#pragma unroll
    for (int k = 0; k < V; ++k) {
      to.v[k] = math::convert<T>(a.value[k] * math::load(g.v[k]) + b.value[k] * math::load(from.v[k]) + d.value[k]);
    }
    store_pack<V>(dx + i, to);
  }
};

Status batch_norm_grad(const View& dx, const View& dweight, const View& dbias, const View& dy, const View& x,
                       const View& mean, const View& rstd, const View& weight, bool training, const AxisLoop& loop,
                       const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) -> Status {
    using C = Compute<T>;
    const Workspace line(launch, static_cast<size_t>(3 * loop.n) * sizeof(C));
    if (!line) return no_memory;
    C *slope = line.template as<C>(), *along = slope + loop.n, *rest = along + loop.n;
    const T *g = dy.as<T>(), *from = x.as<T>();
    const ChannelGradient<T> sums{.mean = mean.as<C>(),
                                  .rstd = rstd.as<C>(),
                                  .weight = weight.as<T>(),
                                  .dweight = dweight.as<T>(),
                                  .dbias = dbias.as<T>(),
                                  .slope = slope,
                                  .along = along,
                                  .rest = rest,
                                  .count = static_cast<double>(loop.outer * loop.inner),
                                  .training = training};
    const Status status = reduce(channel_loop(loop), launch, sums, PairSource<T>{g, from});
    if (status.code != StatusCode::ok || !dx.data) return status;
    const Channels channels(loop);
    const int64_t total = loop.outer * loop.n * loop.inner;
    return by_channel_packs<T>(channels, aligned_for_packs(dx.as<T>(), g, from), [&]<int V>() {
      return each(total / V, ChannelGradientApplied<T, V>{dx.as<T>(), g, from, slope, along, rest, channels}, launch);
    });
  });
}

}  // namespace

void fill_norm(Backend& backend) {
  NormKernels& k = backend.norm;
  k.layer_norm = layer_norm;
  k.layer_norm_grad = layer_norm_grad;
  k.batch_norm = batch_norm;
  k.batch_norm_grad = batch_norm_grad;
}

}  // namespace tenon::inline v0::cuda_backend
