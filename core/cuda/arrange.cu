#include "tenon/core/cuda/axes.h"
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pack.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// V neighbouring elements of a row: what lies beyond the diagonal becomes 0. T has the elements' size.
template <bool upper, class T, int V>
struct Triangle {
  T* out;
  const T* x;
  LargeDivider columns, rows;
  int64_t diagonal;

  __device__ void operator()(int64_t pack) const {
    const int64_t i = pack * V, row = columns.quotient(i), column = i - row * columns.divisor();
    // The first column on or right of the diagonal; tril keeps the diagonal itself.
    const int64_t cut = row - rows.quotient(row) * rows.divisor() + diagonal + !upper;
    Pack<T, V> result = load_pack<V>(x + i);
#pragma unroll
    for (int k = 0; k < V; ++k) result.v[k] = (column + k >= cut) == upper ? result.v[k] : T(0);
    store_pack<V>(out + i, result);
  }
};

template <bool upper>
Status triangle(const View& out, const View& x, const TriangleOptions& options, const Launch& launch) {
  const OnDevice on(launch);
  return by_bytes(x.dtype, [&]<class T>(Type<T>) {
    constexpr int width = pack_of(sizeof(T));
    const int64_t total = options.batch * options.rows * options.columns;
    const LargeDivider columns(options.columns), rows(options.rows);
    T* to = out.as<T>();
    const T* from = x.as<T>();
    if (options.columns % width == 0 && aligned_for_packs(to, from)) {
      return each(total / width, Triangle<upper, T, width>{to, from, columns, rows, options.diagonal}, launch);
    }
    return each(total, Triangle<upper, T, 1>{to, from, columns, rows, options.diagonal}, launch);
  });
}

}  // namespace

void fill_arrange(Backend& backend) {
  backend.arrange.tril = triangle<false>;
  backend.arrange.triu = triangle<true>;
}

}  // namespace tenon::inline v0::cuda_backend
