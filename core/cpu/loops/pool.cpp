// Pooling. Every element of a result is computed by itself, from the windows (or, of a gradient, the windows around
// it), so nothing is added up in memory. Channels-last images are walked in runs of channels.
#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// How many lanes go together, numbers that the compiler knows: a block of them, or the one that there is where planes
/// are apart. A number in their place is less than a block.
struct Block {
  static constexpr int64_t lanes = 16;
  TENON_INLINE constexpr operator int64_t() const { return lanes; }
};
struct One {
  static constexpr int64_t lanes = 1;
  TENON_INLINE constexpr operator int64_t() const { return lanes; }
};
/// They, in registers.
template <class C, class N>
struct Lanes {
  static constexpr int64_t count = Block::lanes;
  typedef C type __attribute__((vector_size(count * sizeof(C))));
};
template <class C>
struct Lanes<C, One> {
  static constexpr int64_t count = 1;
  typedef C type __attribute__((vector_size(sizeof(C))));
};
template <class C, class N>
using Vector = typename Lanes<C, N>::type;

/// to = the n elements at `from`; what is beyond them is 0.
template <class C, class T, class N>
TENON_INLINE void read(Vector<C, N>& to, const T* from, N n) {
  const int64_t count = n;
  C values[Lanes<C, N>::count];
  if constexpr (__is_same(N, int64_t)) {
    for (int64_t k = count; k < Block::lanes; ++k) values[k] = 0;
  }
#pragma GCC unroll 1  // or it would be one element after the other
  for (int64_t k = 0; k < count; ++k) values[k] = static_cast<C>(math::load(from[k]));
  __builtin_memcpy(&to, values, sizeof to);
}
template <class C, class T, class N>
TENON_INLINE void write(T* to, const Vector<C, N>& from, N n) {
  const int64_t count = n;
  C values[Lanes<C, N>::count];
  __builtin_memcpy(values, &from, sizeof from);
#pragma GCC unroll 1
  for (int64_t k = 0; k < count; ++k) to[k] = math::convert<T>(values[k]);
}

/// An image's sizes, and how far apart its pixels are; `lanes` channels lie side by side.
struct Image {
  int64_t n, planes, h, w, lanes;

  /// `other`: the image that it is walked with. Either may be of both layouts; they have one in common.
  TENON_INLINE Image(const View& v, const View& other)
      : n(v.shape[0]), planes(v.shape[1]), h(v.shape[2]), w(v.shape[3]), lanes(1) {
    if (!(v.layout & other.layout & channels_last)) return;
    lanes = planes;
    planes = 1;
  }
  /// The first lane of a pixel; `plane` counts images and planes.
  TENON_INLINE int64_t at(int64_t plane, int64_t i, int64_t j) const { return ((plane * h + i) * w + j) * lanes; }
};

/// Calls row(plane, row)(column)(first lane, lanes) for runs of lanes, a Block, One or fewer, that cover the image.
template <class Row>
TENON_INLINE void over_pixels(const Image& image, int64_t cost, const Row& row) {
  const int64_t rows = image.n * image.planes * image.h;
  for_tasks(rows, rows * image.w * image.lanes * cost > parallel_limit, [&](int64_t t) {
    const auto pixels = row(t / image.h, t % image.h);
    for (int64_t j = 0; j < image.w; ++j) {
      const auto run = pixels(j);
      if (image.lanes == 1) {
        run(0, One());
        continue;
      }
      int64_t lane = 0;
      for (; lane + Block::lanes <= image.lanes; lane += Block::lanes) run(lane, Block());
      if (lane < image.lanes) run(lane, image.lanes - lane);
    }
  });
}

/// The rows or columns of x that lie in window i: `from`, `from + step`, ... before `to`.
struct Range {
  int64_t from, to, step;
};
TENON_INLINE Range window(const PoolGeometry& g, int axis, int64_t i, int64_t size) {
  int64_t from = i * g.stride[axis] - g.padding[axis];
  const int64_t step = g.dilation[axis], to = from + (g.kernel[axis] - 1) * step + 1;
  if (from < 0) from += (-from + step - 1) / step * step;
  return {from, to < size ? to : size, step};
}
/// The windows that may hold row or column i of x: those before `to`, from `from`.
TENON_INLINE Range windows_around(const PoolGeometry& g, int axis, int64_t i, int64_t count) {
  const int64_t last = (i + g.padding[axis]) / g.stride[axis];
  const int64_t before = i + g.padding[axis] - (g.kernel[axis] - 1) * g.dilation[axis];
  const int64_t first = before <= 0 ? 0 : (before + g.stride[axis] - 1) / g.stride[axis];
  return {first, last < count ? last + 1 : count, 1};
}

template <class T>
void max_pool(const View& vy, const View& vindex, const View& vx, const PoolGeometry& g) {
  using C = typename math::Compute<T>::type;
  const Image y(vy, vx), x(vx, vy);
  over_pixels(y, g.kernel[0] * g.kernel[1], [&](int64_t plane, int64_t i) {
    const Range rows = window(g, 0, i, x.h);
    return [=, &y, &x, &g, &vy, &vindex, &vx](int64_t j) {
      const Range columns = window(g, 1, j, x.w);
      const bool empty = rows.from >= rows.to || columns.from >= columns.to;
      const int32_t first = empty ? -1 : static_cast<int32_t>(rows.from * x.w + columns.from);
      return [=, &y, &x, &vy, &vindex, &vx](int64_t lane, auto n) {
        using N = decltype(n);
        Vector<C, N> best = Vector<C, N>{} - C(__builtin_inf());
        Vector<int32_t, N> where = Vector<int32_t, N>{} + first;
        for (int64_t r = rows.from; r < rows.to; r += rows.step) {
          for (int64_t c = columns.from; c < columns.to; c += columns.step) {
            const T* from = vx.as<T>() + x.at(plane, r, c) + lane;
            const int32_t position = static_cast<int32_t>(r * x.w + c);
            Vector<C, N> value;
            read<C>(value, from, n);
            const auto take = (value > best) | (value != value);
            best = take ? value : best;
            where = __builtin_convertvector(take, Vector<int32_t, N>) ? Vector<int32_t, N>{} + position : where;
          }
        }
        const int64_t to = y.at(plane, i, j) + lane;
        write<C>(vy.as<T>() + to, best, n);
        if (vindex.data) write<int32_t>(vindex.as<int32_t>() + to, where, n);
      };
    };
  });
}

template <class T>
void max_pool_grad(const View& vdx, const View& vdy, const View& vindex, const PoolGeometry& g) {
  using C = typename math::Compute<T>::type;
  const Image dx(vdx, vdy), dy(vdy, vdx);
  over_pixels(dx, 2, [&](int64_t plane, int64_t i) {
    const Range rows = windows_around(g, 0, i, dy.h);
    return [=, &dx, &dy, &g, &vdx, &vdy, &vindex](int64_t j) {
      const Range columns = windows_around(g, 1, j, dy.w);
      const int32_t position = static_cast<int32_t>(i * dx.w + j);
      return [=, &dx, &dy, &vdx, &vdy, &vindex](int64_t lane, auto n) {
        using N = decltype(n);
        Vector<C, N> sum{};
        for (int64_t r = rows.from; r < rows.to; ++r) {
          for (int64_t c = columns.from; c < columns.to; ++c) {
            const int64_t from = dy.at(plane, r, c) + lane;
            Vector<C, N> slope;
            Vector<int32_t, N> where;
            read<C>(slope, vdy.as<T>() + from, n);
            read<int32_t>(where, vindex.as<int32_t>() + from, n);
            using Mask = decltype(slope == slope);
            sum += __builtin_convertvector(where == position, Mask) ? slope : Vector<C, N>{};
          }
        }
        write<C>(vdx.as<T>() + dx.at(plane, i, j) + lane, sum, n);
      };
    };
  });
}

template <class T>
void max_pool_pick(const View& vy, const View& vx, const View& vindex, const Launch& launch) {
  const Image y(vy, vx), x(vx, vy);
  over_pixels(y, 2, [&](int64_t plane, int64_t i) {
    return [=, &y, &x, &vy, &vx, &vindex, &launch](int64_t j) {
      return [=, &y, &x, &vy, &vx, &vindex, &launch](int64_t lane, auto n) {
        const int64_t to = y.at(plane, i, j) + lane;
        const T* from = vx.as<T>() + x.at(plane, 0, 0) + lane;
        for (int64_t k = 0; k < n; ++k) {
          const int64_t where = vindex.as<int32_t>()[to + k];
          const bool beyond = where >= x.h * x.w;
          if (beyond) launch.services->data_fault(launch, where);
          vy.as<T>()[to + k] = where < 0 || beyond ? math::convert<T>(0.f) : from[where * x.lanes + k];
        }
      };
    };
  });
}

/// The windows of a mean along one axis of an image with `size` rows or columns and `count` windows.
struct Means {
  const MeanWindows& windows;
  int axis;
  int64_t size, count;

  TENON_INLINE Range in(int64_t i) const {
    if (windows.adaptive) return {i * size / count, ((i + 1) * size + count - 1) / count, 1};
    return window(windows.geometry, axis, i, size);
  }
  TENON_INLINE Range around(int64_t i) const {
    if (windows.adaptive) return {i * count / size, ((i + 1) * count + size - 1) / size, 1};
    return windows_around(windows.geometry, axis, i, count);
  }
  /// What window i divides by.
  TENON_INLINE int64_t divisor(int64_t i) const {
    if (!windows.adaptive && windows.count_padding) return windows.geometry.kernel[axis];
    const Range range = in(i);
    return range.to - range.from;
  }
};

template <class T>
void mean_pool(const View& vy, const View& vx, const MeanWindows& windows) {
  using C = typename math::Compute<T>::type;
  const Image y(vy, vx), x(vx, vy);
  const Means down{windows, 0, x.h, y.h}, across{windows, 1, x.w, y.w};
  over_pixels(y, x.h * x.w / (y.h * y.w) + 1, [&](int64_t plane, int64_t i) {
    const Range rows = down.in(i);
    return [=, &y, &x, &down, &across, &vy, &vx](int64_t j) {
      const Range columns = across.in(j);
      const C scale = C(1) / static_cast<C>(down.divisor(i) * across.divisor(j));
      return [=, &y, &x, &vy, &vx](int64_t lane, auto n) {
        using N = decltype(n);
        Vector<C, N> sum{};
        for (int64_t r = rows.from; r < rows.to; ++r) {
          for (int64_t c = columns.from; c < columns.to; ++c) {
            Vector<C, N> value;
            read<C>(value, vx.as<T>() + x.at(plane, r, c) + lane, n);
            sum += value;
          }
        }
        sum *= scale;
        write<C>(vy.as<T>() + y.at(plane, i, j) + lane, sum, n);
      };
    };
  });
}

template <class T>
void mean_pool_grad(const View& vdx, const View& vdy, const MeanWindows& windows) {
  using C = typename math::Compute<T>::type;
  const Image dx(vdx, vdy), dy(vdy, vdx);
  const Means down{windows, 0, dx.h, dy.h}, across{windows, 1, dx.w, dy.w};
  over_pixels(dx, 2, [&](int64_t plane, int64_t i) {
    const Range rows = down.around(i);
    return [=, &dx, &dy, &down, &across, &vdx, &vdy](int64_t j) {
      const Range columns = across.around(j);
      return [=, &dx, &dy, &down, &across, &vdx, &vdy](int64_t lane, auto n) {
        using N = decltype(n);
        Vector<C, N> sum{};
        for (int64_t r = rows.from; r < rows.to; ++r) {
          for (int64_t c = columns.from; c < columns.to; ++c) {
            const C scale = C(1) / static_cast<C>(down.divisor(r) * across.divisor(c));
            Vector<C, N> slope;
            read<C>(slope, vdy.as<T>() + dy.at(plane, r, c) + lane, n);
            sum += slope * scale;
          }
        }
        write<C>(vdx.as<T>() + dx.at(plane, i, j) + lane, sum, n);
      };
    };
  });
}

}  // namespace

void fill_pool(PoolKernels& kernels) {
  kernels.max = [](const View& y, const View& index, const View& x, const PoolGeometry& g, const Launch&) -> Status {
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { max_pool<T>(y, index, x, g); });
    return {};
  };
  kernels.max_grad = [](const View& dx, const View& dy, const View& index, const PoolGeometry& g,
                        const Launch&) -> Status {
    by_dtype<floating>(
        dx.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { max_pool_grad<T>(dx, dy, index, g); });
    return {};
  };
  kernels.max_pick = [](const View& y, const View& x, const View& index, const Launch& launch) -> Status {
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { max_pool_pick<T>(y, x, index, launch); });
    return {};
  };
  kernels.mean = [](const View& y, const View& x, const MeanWindows& windows, const Launch&) -> Status {
    by_dtype<floating>(
        x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { mean_pool<T>(y, x, windows); });
    return {};
  };
  kernels.mean_grad = [](const View& dx, const View& dy, const MeanWindows& windows, const Launch&) -> Status {
    by_dtype<floating>(
        dx.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) { mean_pool_grad<T>(dx, dy, windows); });
    return {};
  };
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
