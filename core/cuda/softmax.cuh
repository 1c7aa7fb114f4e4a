// What softmax needs to know of a row.
#pragma once
#include "tenon/core/cuda/rows.cuh"
#include "tenon/core/math/exponential.h"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cuda_backend {

/// sum * exp(max) is the sum of exp(x) so far.
template <class C>
struct Softmax {
  C max, sum;

  __device__ static Softmax start() { return {math::lowest<C>(), C(0)}; }
  __device__ void merge(const Softmax& other) {
    const C top = math::Maximum::call(max, other.max);
    if (top != math::lowest<C>()) sum = scaled(top) + other.scaled(top);
    max = top;
  }
  __device__ void add(C x) {
    const C top = math::Maximum::call(max, x);
    if (top == math::lowest<C>()) return;
    sum = scaled(top) + math::Exp::call(x - top);
    max = top;
  }
  __device__ C scaled(C top) const { return max == top ? sum : sum * math::Exp::call(max - top); }
};

/// Of a row whose first array's values are meant: the same for all of its lanes. All threads of the block take part.
template <class T, int V, int held, int Arrays>
__device__ __forceinline__ Softmax<Compute<T>> softmax_of_row(const RowValues<T, V, held, Arrays>& row,
                                                              const RowLane& at) {
  using C = Compute<T>;
  auto acc = Softmax<C>::start();
  if constexpr (held > 0) {
    row.each([&](const C(&v)[Arrays]) { acc.max = math::Maximum::call(acc.max, v[0]); });
    acc.max = at.max(acc.max);
    row.each([&](const C(&v)[Arrays]) { acc.sum += math::Exp::call(v[0] - acc.max); });
  } else {  // each look reads memory: one for both
    row.each([&](const C(&v)[Arrays]) { acc.add(v[0]); });
    const C max = at.max(acc.max);
    acc = {max, acc.scaled(max)};
  }
  acc.sum = at.sum(acc.sum);
  return acc;
}

}  // namespace tenon::inline v0::cuda_backend
