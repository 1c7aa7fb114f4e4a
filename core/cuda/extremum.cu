#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/reduce.cuh"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// The extreme value of core/math's M and the position of the first element that is equal to it.
template <class M, class T>
struct FirstExtreme {
  struct Acc {
    Compute<T> best;
    int64_t position;
  };

  T* values;  ///< null: nobody asks
  int64_t* positions;

  __device__ NoContext context(int64_t) const { return {}; }
  /// Loses against every element: its position is behind all.
  __device__ Acc start() const { return {M::start(), INT64_MAX}; }
  __device__ Acc step(const Acc& acc, Compute<T> x, NoContext, int64_t position) const {
    return merge(acc, {x, position});
  }
  __device__ Acc merge(const Acc& a, const Acc& b) const {
    const bool beats = M::beats(b.best, a.best), beaten = M::beats(a.best, b.best);
    return beats || (!beaten && b.position < a.position) ? b : a;
  }
  __device__ void store(int64_t output, int64_t, const Acc& acc) const {
    positions[output] = acc.position;
    if (values) values[output] = math::convert<T>(acc.best);
  }
};

template <template <class> class M>
Status along(const View& values, const View& indices, const View& x, const AxisLoop& a, const Launch& launch) {
  const Loop loop = reduction_loop({{a.inner, 1, 1}, {a.n, 0, a.inner}, {a.outer, a.inner, a.n * a.inner}});
  return by_dtype<all_dtypes>(x.dtype, [&]<class T>(Type<T>) {
    using Extreme = FirstExtreme<M<Compute<T>>, T>;
    return reduce(loop, launch, Extreme{values.as<T>(), indices.as<int64_t>()}, ArraySource<T>{x.as<T>()});
  });
}

template <template <class> class M, DTypes Accepted>
Status extreme(const Loop& loop, const Launch& launch) {
  return reduction<M, Accepted>(loop, launch);
}

}  // namespace

void fill_extremum(Backend& backend) {
  ExtremumKernels& k = backend.extremum;
  k.amax = extreme<math::Max, all_dtypes>;
  k.amin = extreme<math::Min, all_dtypes>;
  k.any = extreme<math::Max, dtypes(bool_)>;
  k.all = extreme<math::Min, dtypes(bool_)>;
  k.max = along<math::Max>;
  k.min = along<math::Min>;
  k.argmax = along<math::Max>;
  k.argmin = along<math::Min>;
}

}  // namespace tenon::inline v0::cuda_backend
