#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fault.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pool_pixels.h"
#include "tenon/core/cuda/reduce.cuh"
#include "tenon/core/math/sum.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// Runs Op<T, V, Index> over the pixels of `to`, which is walked with `from`. `windows`: null for adaptive ones and
/// where there are none. `make` gives the op from its types, given as `template operator()<T, V, Index>`.
template <class Make, class... P>
Status over_pixels(const View& to, const View& from, const PoolGeometry* windows, const Launch& launch,
                   const Make& make, const P*... other) {
  const OnDevice on(launch);
  return by_dtype<floating>(to.dtype, [&]<class T>(Type<T>) -> Status {
    constexpr int widest = pack_of(sizeof(T));
    const bool channels = to.layout & from.layout & channels_last;
    const bool packs = channels && to.shape[1] % widest == 0 && aligned_for_packs(to.data, from.data, other...);
    const int64_t n = to.numel();
    const auto run = [&]<int V, class Index>() {
      return each(static_cast<Index>(n / V), make.template operator()<T, V, Index>(), launch);
    };
    if (!small_enough(to, from, windows)) return run.template operator()<1, int64_t>();
    return packs ? run.template operator()<widest, int32_t>() : run.template operator()<1, int32_t>();
  });
}

template <class Index>
Windows<Index> windows(const PoolGeometry& g, int axis, const View& image, const View& windows_of) {
  return Windows<Index>(g, axis, image.shape[2 + axis], windows_of.shape[2 + axis]);
}
template <class Index>
Means<Index> means(const MeanWindows& w, int axis, const View& image, const View& windows_of) {
  return Means<Index>(w, axis, image.shape[2 + axis], windows_of.shape[2 + axis]);
}

Status max_pool(const View& y, const View& index, const View& x, const PoolGeometry& g, const Launch& launch) {
  const auto make = [&]<class T, int V, class Index>() {
    return MaxPool<T, V, Index>{y.as<T>(), index.as<int32_t>(),        x.as<const T>(),           {y, x},
                                {x, y},    windows<Index>(g, 0, x, y), windows<Index>(g, 1, x, y)};
  };
  return over_pixels(y, x, &g, launch, make, index.data);
}

Status max_pool_grad(const View& dx, const View& dy, const View& index, const PoolGeometry& g, const Launch& launch) {
  const auto make = [&]<class T, int V, class Index>() {
    return MaxPoolGrad<T, V, Index>{dx.as<T>(),
                                    dy.as<const T>(),
                                    index.as<const int32_t>(),
                                    {dx, dy},
                                    {dy, dx},
                                    windows<Index>(g, 0, dx, dy),
                                    windows<Index>(g, 1, dx, dy)};
  };
  return over_pixels(dx, dy, &g, launch, make, index.data);
}

Status max_pool_pick(const View& y, const View& x, const View& index, const Launch& launch) {
  const OnDevice on(launch);
  const FaultReport report(launch);
  if (!report) return no_memory;
  const auto make = [&]<class T, int V, class Index>() {
    return MaxPoolPick<T, V, Index, FaultReport>{y.as<T>(), x.as<const T>(), index.as<const int32_t>(),
                                                 {y, x},    {x, y},          report};
  };
  return over_pixels(y, x, nullptr, launch, make, index.data);
}

/// The mean of each channel of each image: a reduction, since a thread an output would read a whole image.
Status mean_of_images(const View& y, const View& x, const Launch& launch) {
  const int64_t n = x.shape[0], c = x.shape[1], pixels = x.shape[2] * x.shape[3];
  const bool channels = x.layout & channels_last;
  Loop loop = channels ? reduction_loop({{c, 1, 1}, {pixels, 0, c}, {n, c, pixels * c}})
                       : reduction_loop({{pixels, 0, 1}, {n * c, 1, pixels}});
  loop.data[0] = y.data;
  loop.data[1] = x.data;
  loop.dtype[0] = loop.dtype[1] = x.dtype;
  const OnDevice on(launch);
  return reduction<math::Sum, floating>(loop, launch, true);
}

Status mean_pool(const View& y, const View& x, const MeanWindows& w, const Launch& launch) {
  // Every layout of y is the same there: [n, c] in memory.
  if (w.adaptive && y.shape[2] * y.shape[3] == 1) return mean_of_images(y, x, launch);
  const auto make = [&]<class T, int V, class Index>() {
    return MeanPool<T, V, Index>{y.as<T>(), x.as<const T>(),          {y, x},
                                 {x, y},    means<Index>(w, 0, x, y), means<Index>(w, 1, x, y)};
  };
  return over_pixels(y, x, w.adaptive ? nullptr : &w.geometry, launch, make);
}

Status mean_pool_grad(const View& dx, const View& dy, const MeanWindows& w, const Launch& launch) {
  const auto make = [&]<class T, int V, class Index>() {
    return MeanPoolGrad<T, V, Index>{dx.as<T>(), dy.as<const T>(),           {dx, dy},
                                     {dy, dx},   means<Index>(w, 0, dx, dy), means<Index>(w, 1, dx, dy)};
  };
  return over_pixels(dx, dy, w.adaptive ? nullptr : &w.geometry, launch, make);
}

}  // namespace

void fill_pool(Backend& backend) {
  PoolKernels& k = backend.pool;
  k.max = max_pool;
  k.max_grad = max_pool_grad;
  k.max_pick = max_pool_pick;
  k.mean = mean_pool;
  k.mean_grad = mean_pool_grad;
}

}  // namespace tenon::inline v0::cuda_backend
