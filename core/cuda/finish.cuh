// What a library's result still needs: bias and activation, in place. Relu is always ours: the libraries' makes 0 of
// nan.
#pragma once
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/kernels/fused.h"
#include "tenon/core/math/activation.h"

namespace tenon::inline v0::cuda_backend {

/// V elements of a row of `columns`.
template <class T, int V, class Index>
struct Finish {
  T* out;
  const T* bias;  // or null
  Index columns;
  bool relu;

  TENON_INLINE void operator()(Index t) const {
    Pack<T, V> pack = load_pack<V>(out + t * V), added{};
    if (bias) added = load_pack<V>(bias + t * V % columns);
    for (int k = 0; k < V; ++k) {
      auto y = math::load(pack.v[k]);
      if (bias) y += math::load(added.v[k]);
      pack.v[k] = math::convert<T>(relu ? math::Relu::call(y) : y);
    }
    store_pack<V>(out + t * V, pack);
  }
};

/// out [rows, columns] = activation(out + bias [columns]); bias may be null.
inline Status finish(void* out, const void* bias, int64_t rows, int64_t columns, DType dtype, Activation activation,
                     const Launch& launch) {
  const bool relu = activation == Activation::relu;
  if (!bias && !relu) return {};
  return by_dtype<floating>(dtype, [&]<class T>(Type<T>) -> Status {
    constexpr int widest = pack_of(sizeof(T));
    const int64_t n = rows * columns;
    const auto run = [&]<int V, class Index>() {
      const Finish<T, V, Index> op{static_cast<T*>(out), static_cast<const T*>(bias), static_cast<Index>(columns),
                                   relu};
      return each(static_cast<Index>(n / V), op, launch);
    };
    const bool packs = aligned_for_packs(out, bias) && (bias ? columns : n) % widest == 0;
    if (n > int64_t{1} << 30)
      return packs ? run.template operator()<widest, int64_t>() : run.template operator()<1, int64_t>();
    return packs ? run.template operator()<widest, int32_t>() : run.template operator()<1, int32_t>();
  });
}

}  // namespace tenon::inline v0::cuda_backend
