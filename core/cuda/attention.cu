#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/rows.cuh"
#include "tenon/core/cuda/score_rows.h"
#include "tenon/core/math/exponential.h"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// The number of a pack's first element, beside its elements.
struct Place {
  __device__ int64_t operator()(int64_t i) const { return i; }
};

template <class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    softmax_rows(const __grid_constant__ RowPlan plan, const __grid_constant__ ScoreRows rows,
                 const __grid_constant__ ScoreMask<T> mask, T* out, const T* x, Compute<T> scale) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 1> row(plan, at, x);
  const int64_t seen = rows.seen(at.row);
  const auto of_row = mask.row(at.row);
  const auto score = [&](C v, int64_t i) { return i < seen ? of_row(scale * v, i) : math::lowest<C>(); };
  C top = math::lowest<C>(), sum = 0;
  row.each(Place(), [&](const C(&v)[1], int64_t i, int k) { top = math::Maximum::call(top, score(v[0], i + k)); });
  top = at.max(top);
  const bool blind = top == math::lowest<C>();
  if (blind) top = 0;  // every exponential is 0
  row.each(Place(), [&](const C(&v)[1], int64_t i, int k) { sum += math::Exp::call(score(v[0], i + k) - top); });
  sum = at.sum(sum);
  const C last = blind ? C(0) : C(1) / sum;
  row.write(out + at.row * plan.n, Place(),
            [&](const C(&v)[1], int64_t i, int k) { return math::Exp::call(score(v[0], i + k) - top) * last; });
}

Status softmax(const View& p, const View& scores, const View& mask, const AttentionSettings& settings,
               const Launch& launch) {
  const OnDevice on(launch);
  const ScoreRows rows(p, settings.causal);
  return by_dtype<floating>(p.dtype, [&]<class T>(Type<T>) -> Status {
    T* to = p.as<T>();
    const T* from = scores.as<const T>();
    const ScoreMask<T> seen(mask);
    const auto scale = static_cast<Compute<T>>(settings.scale);
    return by_row_plan<T>(rows.count, rows.n, aligned_for_packs(to, from), [&]<int V, int held>(const RowPlan& plan) {
      softmax_rows<T, V, held><<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(
          plan, rows, seen, to, from, scale);
      return launched();
    });
  });
}

template <class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    gradient_rows(const __grid_constant__ RowPlan plan, const __grid_constant__ ScoreRows rows, T* ds, const T* dp,
                  const T* p, Compute<T> scale) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 2> row(plan, at, dp, p);
  const int64_t seen = rows.seen(at.row);
  C sum = 0;
  row.each(Place(), [&](const C(&v)[2], int64_t i, int k) { sum += i + k < seen ? v[0] * v[1] : C(0); });
  sum = at.sum(sum);
  row.write(ds + at.row * plan.n, Place(),
            [&](const C(&v)[2], int64_t i, int k) { return i + k < seen ? scale * v[1] * (v[0] - sum) : C(0); });
}

Status softmax_grad(const View& ds, const View& dp, const View& p, const AttentionSettings& settings,
                    const Launch& launch) {
  const OnDevice on(launch);
  const ScoreRows rows(p, settings.causal);
  return by_dtype<floating>(p.dtype, [&]<class T>(Type<T>) -> Status {
    T* to = ds.as<T>();
    const T *slope = dp.as<const T>(), *from = p.as<const T>();
    const auto scale = static_cast<Compute<T>>(settings.scale);
    const bool aligned = aligned_for_packs(to, slope, from);
    return by_row_plan<T>(rows.count, rows.n, aligned, [&]<int V, int held>(const RowPlan& plan) {
      gradient_rows<T, V, held><<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(
          plan, rows, to, slope, from, scale);
      return launched();
    });
  });
}

}  // namespace

void fill_attention(Backend& backend) {
  backend.attention.softmax = softmax;
  backend.attention.softmax_grad = softmax_grad;
}

}  // namespace tenon::inline v0::cuda_backend
