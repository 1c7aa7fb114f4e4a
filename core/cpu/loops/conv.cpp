// Convolutions as they are written down: for dtypes that oneDNN does not take, and for tiny ones. Images are
// channels-last, weights row-major.
#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/math/activation.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// The sizes of a convolution, and where things lie.
struct Sizes {
  int64_t n, c, h, w, o, oh, ow, kh, kw, in, out;  // in, out: channels of a group
  ConvGeometry g;

  TENON_INLINE Sizes(const View& x, const View& y, const View& weight, const ConvGeometry& geometry)
      : n(x.shape[0]),
        c(x.shape[1]),
        h(x.shape[2]),
        w(x.shape[3]),
        o(y.shape[1]),
        oh(y.shape[2]),
        ow(y.shape[3]),
        kh(weight.shape[2]),
        kw(weight.shape[3]),
        in(c / geometry.groups),
        out(o / geometry.groups),
        g(geometry) {}
  TENON_INLINE bool parallel() const { return n * o * oh * ow * in * kh * kw > parallel_limit; }
  TENON_INLINE int64_t x_at(int64_t image, int64_t i, int64_t j) const { return ((image * h + i) * w + j) * c; }
  TENON_INLINE int64_t y_at(int64_t image, int64_t i, int64_t j) const { return ((image * oh + i) * ow + j) * o; }
  TENON_INLINE int64_t weight_at(int64_t to, int64_t from, int64_t p, int64_t q) const {
    return ((to * in + from) * kh + p) * kw + q;
  }
  /// The row or column of x under place i of the window's element p; it may lie outside.
  TENON_INLINE int64_t under(int axis, int64_t i, int64_t p) const {
    return i * g.stride[axis] - g.padding[axis] + p * g.dilation[axis];
  }
  /// The place at which the window's element p lies over row or column i of x; -1 if there is none.
  TENON_INLINE int64_t over(int axis, int64_t i, int64_t p) const {
    const int64_t start = i + g.padding[axis] - p * g.dilation[axis], place = start / g.stride[axis];
    return start >= 0 && start % g.stride[axis] == 0 && place < (axis ? ow : oh) ? place : -1;
  }
};

template <class T>
using Sum = typename math::Compute<T>::type;

template <class T>
[[gnu::noinline]] Sum<T> output(const Sizes& s, const T* x, const T* weight, int64_t image, int64_t i, int64_t j,
                                int64_t to) {
  Sum<T> sum = 0;
  const int64_t first = to / s.out * s.in;
  for (int64_t p = 0; p < s.kh; ++p) {
    const int64_t row = s.under(0, i, p);
    if (row < 0 || row >= s.h) continue;
    for (int64_t q = 0; q < s.kw; ++q) {
      const int64_t column = s.under(1, j, q);
      if (column < 0 || column >= s.w) continue;
      const T* from = x + s.x_at(image, row, column) + first;
      for (int64_t c = 0; c < s.in; ++c) sum += math::load(from[c]) * math::load(weight[s.weight_at(to, c, p, q)]);
    }
  }
  return sum;
}

template <class T>
[[gnu::noinline]] Sum<T> input_gradient(const Sizes& s, const T* dy, const T* weight, int64_t image, int64_t i,
                                        int64_t j, int64_t from) {
  Sum<T> sum = 0;
  const int64_t first = from / s.in * s.out;
  for (int64_t p = 0; p < s.kh; ++p) {
    const int64_t row = s.over(0, i, p);
    if (row < 0) continue;
    for (int64_t q = 0; q < s.kw; ++q) {
      const int64_t column = s.over(1, j, q);
      if (column < 0) continue;
      const T* at = dy + s.y_at(image, row, column);
      for (int64_t to = first; to < first + s.out; ++to) {
        sum += math::load(at[to]) * math::load(weight[s.weight_at(to, from % s.in, p, q)]);
      }
    }
  }
  return sum;
}

template <class T>
[[gnu::noinline]] Sum<T> weight_gradient(const Sizes& s, const T* dy, const T* x, int64_t to, int64_t c, int64_t p,
                                         int64_t q) {
  Sum<T> sum = 0;
  const int64_t from = to / s.out * s.in + c;
  for (int64_t image = 0; image < s.n; ++image) {
    for (int64_t i = 0; i < s.oh; ++i) {
      const int64_t row = s.under(0, i, p);
      if (row < 0 || row >= s.h) continue;
      for (int64_t j = 0; j < s.ow; ++j) {
        const int64_t column = s.under(1, j, q);
        if (column < 0 || column >= s.w) continue;
        sum += math::load(dy[s.y_at(image, i, j) + to]) * math::load(x[s.x_at(image, row, column) + from]);
      }
    }
  }
  return sum;
}

Status conv2d(const View& y, const View& x, const View& weight, const View& bias, const ConvGeometry& geometry,
              Activation activation, const Launch&) {
  const Sizes s(x, y, weight, geometry);
  by_dtype<floating>(
      y.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        for_tasks(s.n * s.oh, s.parallel(), [&](int64_t t) {
          const int64_t image = t / s.oh, i = t % s.oh;
          T* out = y.as<T>() + s.y_at(image, i, 0);
          for (int64_t j = 0; j < s.ow; ++j) {
            for (int64_t to = 0; to < s.o; ++to) {
              Sum<T> sum = output(s, x.as<const T>(), weight.as<const T>(), image, i, j, to);
              if (bias.data) sum += math::load(bias.as<const T>()[to]);
              if (activation == Activation::relu) sum = math::Relu::call(sum);
              *out++ = math::convert<T>(sum);
            }
          }
        });
      });
  return {};
}

Status input_grad(const View& dx, const View& dy, const View& weight, const ConvGeometry& geometry, const Launch&) {
  const Sizes s(dx, dy, weight, geometry);
  by_dtype<floating>(
      dx.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        for_tasks(s.n * s.h, s.parallel(), [&](int64_t t) {
          T* out = dx.as<T>() + s.x_at(t / s.h, t % s.h, 0);
          for (int64_t j = 0; j < s.w; ++j) {
            for (int64_t from = 0; from < s.c; ++from) {
              *out++ = math::convert<T>(
                  input_gradient(s, dy.as<const T>(), weight.as<const T>(), t / s.h, t % s.h, j, from));
            }
          }
        });
      });
  return {};
}

Status weight_grad(const View& dweight, const View& dy, const View& x, const ConvGeometry& geometry, const Launch&) {
  const Sizes s(x, dy, dweight, geometry);
  by_dtype<floating>(
      x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        for_tasks(s.o * s.in, s.parallel(), [&](int64_t t) {
          T* out = dweight.as<T>() + t * s.kh * s.kw;
          for (int64_t p = 0; p < s.kh; ++p) {
            for (int64_t q = 0; q < s.kw; ++q) {
              *out++ =
                  math::convert<T>(weight_gradient(s, dy.as<const T>(), x.as<const T>(), t / s.in, t % s.in, p, q));
            }
          }
        });
      });
  return {};
}

}  // namespace

void fill_conv(ConvKernels& k) {
  k.conv2d = conv2d;
  k.input_grad = input_grad;
  k.weight_grad = weight_grad;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
