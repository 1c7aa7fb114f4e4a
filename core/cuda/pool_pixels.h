// What pooling does for one run of neighbouring channels of one pixel of a result. Every element of a result is
// computed by itself, from its window or, of a gradient, from the windows around it, so nothing is added up in memory.
// Host and device: a test runs it without a GPU.
//
// V channels of a channels-last image are one access; row-major images have V = 1, and neighbouring threads take
// neighbouring columns. Index is what positions are counted in: int32_t where `small_enough`, else int64_t.
#pragma once
#include <initializer_list>

#include "tenon/core/cuda/pack.h"
#include "tenon/core/kernels/pool.h"
#include "tenon/core/math/compute.h"

namespace tenon::inline v0::cuda_backend {

/// One pixel's place: which plane (of all images), row, column, and the first of its channels that is meant.
template <class Index>
struct Pixel {
  Index plane, row, column, lane;
};

/// An image's sizes; `lanes` channels lie side by side.
template <class Index>
struct Image {
  Index planes, h, w, lanes;

  Image() = default;
  /// `other`: the image that it is walked with. Either may be of both layouts; they have one in common.
  Image(const View& v, const View& other)
      : planes(static_cast<Index>(v.shape[0])),
        h(static_cast<Index>(v.shape[2])),
        w(static_cast<Index>(v.shape[3])),
        lanes(static_cast<Index>(v.shape[1])) {
    if (v.layout & other.layout & channels_last) return;
    planes *= lanes;
    lanes = 1;
  }
  /// Where the channels of a pixel begin.
  TENON_INLINE Index at(Index plane, Index row, Index column) const { return ((plane * h + row) * w + column) * lanes; }
  /// The t-th run of V channels, in the order of memory.
  template <int V>
  TENON_INLINE Pixel<Index> pixel(Index t) const {
    const Index runs = lanes / V, place = t / runs, row = place / w;
    return {row / h, row % h, place % w, t % runs * V};
  }
};

/// Rows or columns: `from`, `from + step`, ... before `to`.
template <class Index>
struct Range {
  Index from, to, step;
};

/// Windows along one axis: `size` rows or columns, `count` windows.
template <class Index>
struct Windows {
  Index size, count, kernel, stride, padding, dilation;

  Windows() = default;
  Windows(const PoolGeometry& g, int axis, int64_t size_, int64_t count_)
      : size(static_cast<Index>(size_)),
        count(static_cast<Index>(count_)),
        kernel(static_cast<Index>(g.kernel[axis])),
        stride(static_cast<Index>(g.stride[axis])),
        padding(static_cast<Index>(g.padding[axis])),
        dilation(static_cast<Index>(g.dilation[axis])) {}
  /// The rows or columns in window i.
  TENON_INLINE Range<Index> in(Index i) const {
    Index from = i * stride - padding;
    const Index to = from + (kernel - 1) * dilation + 1;
    if (from < 0) from += (-from + dilation - 1) / dilation * dilation;
    return {from, to < size ? to : size, dilation};
  }
  /// The windows that may hold row or column i.
  TENON_INLINE Range<Index> around(Index i) const {
    const Index last = (i + padding) / stride, before = i + padding - (kernel - 1) * dilation;
    const Index first = before <= 0 ? 0 : (before + stride - 1) / stride;
    return {first, last < count ? last + 1 : count, 1};
  }
};

/// Windows of a mean along one axis.
template <class Index>
struct Means {
  Windows<Index> windows;
  bool adaptive, count_padding;

  Means(const MeanWindows& w, int axis, int64_t size, int64_t count)
      : windows(w.adaptive ? PoolGeometry{} : w.geometry, axis, size, count),
        adaptive(w.adaptive),
        count_padding(w.count_padding) {
    if (!adaptive) windows.dilation = 1;
  }
  TENON_INLINE Range<Index> in(Index i) const {
    if (!adaptive) return windows.in(i);
    return {i * windows.size / windows.count, ((i + 1) * windows.size + windows.count - 1) / windows.count, 1};
  }
  TENON_INLINE Range<Index> around(Index i) const {
    if (!adaptive) return windows.around(i);
    return {i * windows.count / windows.size, ((i + 1) * windows.count + windows.size - 1) / windows.size, 1};
  }
  /// What window i divides by.
  TENON_INLINE int64_t divisor(Index i) const {
    if (!adaptive && count_padding) return windows.kernel;
    const Range<Index> range = in(i);
    return range.to - range.from;
  }
};

/// Whether int32_t can count everything that the windows of these images reach.
inline bool small_enough(const View& a, const View& b, const PoolGeometry* g) {
  constexpr int64_t most = int64_t{1} << 29;
  if (a.numel() > most || b.numel() > most) return false;
  for (int axis = 0; axis < 2; ++axis) {
    const int64_t x = a.shape[2 + axis], y = b.shape[2 + axis];
    if (!g && (x + 1) * (y + 1) > most) return false;  // adaptive windows multiply them
    if (!g) continue;
    for (int64_t value : {g->kernel[axis], g->stride[axis], g->padding[axis], g->dilation[axis]}) {
      if (value > most / 2) return false;
    }
  }
  return true;
}

/// Shared by the ops: the run of channels as numbers to compute with, and back.
template <class T, int V>
struct Lanes {
  using C = typename math::Compute<T>::type;
  C v[V];

  TENON_INLINE explicit Lanes(C x) {
    for (int k = 0; k < V; ++k) v[k] = x;
  }
  TENON_INLINE void store(T* to) const {
    Pack<T, V> pack;
    for (int k = 0; k < V; ++k) pack.v[k] = math::convert<T>(v[k]);
    store_pack<V>(to, pack);
  }
};

template <class T, int V, class Index>
struct MaxPool {
  T* y;
  int32_t* index;  // or null
  const T* x;
  Image<Index> to, from;
  Windows<Index> down, across;

  TENON_INLINE void operator()(Index t) const {
    using C = typename math::Compute<T>::type;
    const auto p = to.template pixel<V>(t);
    Lanes<T, V> best(-C(__builtin_inf()));
    Pack<int32_t, V> where;
    for (int k = 0; k < V; ++k) where.v[k] = -1;
    const Range<Index> rows = down.in(p.row), columns = across.in(p.column);
    for (Index r = rows.from; r < rows.to; r += rows.step) {
      for (Index c = columns.from; c < columns.to; c += columns.step) {
        const Pack<T, V> pack = load_pack<V>(x + from.at(p.plane, r, c) + p.lane);
        const int32_t position = static_cast<int32_t>(r * from.w + c);
        for (int k = 0; k < V; ++k) {
          const C value = math::load(pack.v[k]);
          const bool take = value > best.v[k] || value != value || where.v[k] < 0;
          best.v[k] = take ? value : best.v[k];
          where.v[k] = take ? position : where.v[k];
        }
      }
    }
    const Index at = to.at(p.plane, p.row, p.column) + p.lane;
    best.store(y + at);
    if (index) store_pack<V>(index + at, where);
  }
};

template <class T, int V, class Index>
struct MaxPoolGrad {
  T* dx;
  const T* dy;
  const int32_t* index;
  Image<Index> to, from;
  Windows<Index> down, across;

  TENON_INLINE void operator()(Index t) const {
    using C = typename math::Compute<T>::type;
    const auto p = to.template pixel<V>(t);
    Lanes<T, V> sum(C(0));
    const int32_t position = static_cast<int32_t>(p.row * to.w + p.column);
    const Range<Index> rows = down.around(p.row), columns = across.around(p.column);
    for (Index r = rows.from; r < rows.to; ++r) {
      for (Index c = columns.from; c < columns.to; ++c) {
        const Index at = from.at(p.plane, r, c) + p.lane;
        const Pack<T, V> slope = load_pack<V>(dy + at);
        const Pack<int32_t, V> where = load_pack<V>(index + at);
        for (int k = 0; k < V; ++k) sum.v[k] += where.v[k] == position ? C(math::load(slope.v[k])) : C(0);
      }
    }
    sum.store(dx + to.at(p.plane, p.row, p.column) + p.lane);
  }
};

/// `report` is called with an index beyond the plane of x.
template <class T, int V, class Index, class Report>
struct MaxPoolPick {
  T* y;
  const T* x;
  const int32_t* index;
  Image<Index> to, from;
  Report report;

  TENON_INLINE void operator()(Index t) const {
    const auto p = to.template pixel<V>(t);
    const Index at = to.at(p.plane, p.row, p.column) + p.lane;
    const T* image = x + from.at(p.plane, 0, 0) + p.lane;
    const Pack<int32_t, V> where = load_pack<V>(index + at);
    Pack<T, V> picked;
    for (int k = 0; k < V; ++k) {
      const bool beyond = where.v[k] >= 0 && Index(where.v[k]) >= from.h * from.w;
      if (beyond) report(where.v[k]);
      picked.v[k] = where.v[k] < 0 || beyond ? math::convert<T>(0.f) : image[Index(where.v[k]) * from.lanes + k];
    }
    store_pack<V>(y + at, picked);
  }
};

template <class T, int V, class Index>
struct MeanPool {
  T* y;
  const T* x;
  Image<Index> to, from;
  Means<Index> down, across;

  TENON_INLINE void operator()(Index t) const {
    using C = typename math::Compute<T>::type;
    const auto p = to.template pixel<V>(t);
    const C scale = C(1) / static_cast<C>(down.divisor(p.row) * across.divisor(p.column));
    Lanes<T, V> sum(C(0));
    const Range<Index> rows = down.in(p.row), columns = across.in(p.column);
    for (Index r = rows.from; r < rows.to; ++r) {
      for (Index c = columns.from; c < columns.to; ++c) {
        const Pack<T, V> pack = load_pack<V>(x + from.at(p.plane, r, c) + p.lane);
        for (int k = 0; k < V; ++k) sum.v[k] += math::load(pack.v[k]);
      }
    }
    for (int k = 0; k < V; ++k) sum.v[k] *= scale;
    sum.store(y + to.at(p.plane, p.row, p.column) + p.lane);
  }
};

template <class T, int V, class Index>
struct MeanPoolGrad {
  T* dx;
  const T* dy;
  Image<Index> to, from;
  Means<Index> down, across;

  TENON_INLINE void operator()(Index t) const {
    using C = typename math::Compute<T>::type;
    const auto p = to.template pixel<V>(t);
    Lanes<T, V> sum(C(0));
    const Range<Index> rows = down.around(p.row), columns = across.around(p.column);
    for (Index r = rows.from; r < rows.to; ++r) {
      for (Index c = columns.from; c < columns.to; ++c) {
        const C scale = C(1) / static_cast<C>(down.divisor(r) * across.divisor(c));
        const Pack<T, V> slope = load_pack<V>(dy + from.at(p.plane, r, c) + p.lane);
        for (int k = 0; k < V; ++k) sum.v[k] += static_cast<C>(math::load(slope.v[k])) * scale;
      }
    }
    sum.store(dx + to.at(p.plane, p.row, p.column) + p.lane);
  }
};

}  // namespace tenon::inline v0::cuda_backend
