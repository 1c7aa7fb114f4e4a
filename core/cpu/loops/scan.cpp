#include "tenon/core/cpu/loops/axis.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// float32 runs in double: errors do not pile up along the axis.
template <class T>
struct Running {
  using type = typename math::Compute<T>::type;
};
template <>
struct Running<float> {
  using type = double;
};

template <class F>
Status scan(const View& out, const View& x, const AxisLoop& a, const Launch&) {
  by_dtype<floating | dtypes(int64)>(
      x.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        over_strips(a, 4, [&](int64_t o, int64_t first, int64_t width) {
          using Acc = typename Running<T>::type;
          const int64_t offset = o * a.n * a.inner + first;
          const T* from = x.as<T>() + offset;
          T* to = out.as<T>() + offset;
          Acc acc[strip];
          for (int64_t k = 0; k < width; ++k) acc[k] = static_cast<Acc>(F::start);
          for (int64_t i = 0; i < a.n; ++i, from += a.inner, to += a.inner) {
            for (int64_t k = 0; k < width; ++k) {
              acc[k] = F::call(acc[k], static_cast<Acc>(math::load(from[k])));
              to[k] = math::convert<T>(acc[k]);
            }
          }
        });
      });
  return {};
}

struct RunningSum : math::Add {
  static constexpr int start = 0;
};
struct RunningProduct : math::Mul {
  static constexpr int start = 1;
};

Status linear_scan(const View& h, const View& a, const View& b, const AxisLoop& axis, const Launch&) {
  by_dtype<floating>(
      h.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        over_strips(axis, 4, [&](int64_t o, int64_t first, int64_t width) {
          using Acc = typename Running<T>::type;
          const int64_t offset = o * axis.n * axis.inner + first;
          const T *factor = a.as<T>() + offset, *term = b.as<T>() + offset;
          T* to = h.as<T>() + offset;
          Acc acc[strip] = {};
          for (int64_t i = 0; i < axis.n; ++i, factor += axis.inner, term += axis.inner, to += axis.inner) {
            for (int64_t k = 0; k < width; ++k) {
              acc[k] = static_cast<Acc>(math::load(factor[k])) * acc[k] + static_cast<Acc>(math::load(term[k]));
              to[k] = math::convert<T>(acc[k]);
            }
          }
        });
      });
  return {};
}

}  // namespace

void fill_scan(ScanKernels& k) {
  k.cumsum = scan<RunningSum>;
  k.cumprod = scan<RunningProduct>;
  k.linear_scan = linear_scan;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
