#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/softmax.cuh"
#include "tenon/core/math/softmax.h"

namespace tenon::inline v0::cuda_backend {

namespace {

template <bool logarithm, class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    softmax_rows(const __grid_constant__ RowPlan plan, T* out, const T* x) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 1> row(plan, at, x);
  const auto [max, sum] = softmax_of_row(row, at);
  const C last = logarithm ? math::Log::call(sum) : C(1) / sum;
  row.write(out + at.row * plan.n, [max = max, last](const C(&v)[1]) {
    const C moved = v[0] - max;
    return logarithm ? moved - last : math::Exp::call(moved) * last;
  });
}

/// Merges the lanes of each column: all of them get the result.
template <class Acc>
__device__ void merge_lanes(Acc& acc, const ColumnPlan& plan, const ColumnPlan::Place& at) {
  __shared__ Acc of_thread[ColumnPlan::threads];
  of_thread[threadIdx.x] = acc;
  __syncthreads();
  for (int distance = at.lanes / 2; distance > 0; distance /= 2) {
    if (at.lane < distance) {
      acc.merge(of_thread[threadIdx.x + (distance << plan.across_log)]);
      of_thread[threadIdx.x] = acc;
    }
    __syncthreads();
  }
  acc = of_thread[threadIdx.x & ((1u << plan.across_log) - 1)];
}

template <bool logarithm, class T>
__global__ void __launch_bounds__(ColumnPlan::threads, 2)
    softmax_columns(const __grid_constant__ ColumnPlan plan, T* out, const T* x) {
  using C = Compute<T>;
  constexpr int batch = 4;
  const ColumnPlan::Place at = plan.place(blockIdx.x, static_cast<int>(threadIdx.x));
  const int64_t n = at.exists ? plan.n : 0;
  auto acc = Softmax<C>::start();
  for (int64_t i = at.lane; i < n; i += batch * at.lanes) {
    C v[batch];
    auto next = Softmax<C>::start();
#pragma unroll
    for (int u = 0; u < batch; ++u) {
      const int64_t j = i + u * at.lanes;
      v[u] = j < n ? math::load(x[at.first + j * at.stride]) : math::lowest<C>();
      next.max = math::Maximum::call(next.max, v[u]);
    }
    if (next.max == math::lowest<C>()) continue;
#pragma unroll
    for (int u = 0; u < batch; ++u) next.sum += math::Exp::call(v[u] - next.max);
    acc.merge(next);
  }
  merge_lanes(acc, plan, at);
  const C last = logarithm ? math::Log::call(acc.sum) : C(1) / acc.sum;
  for (int64_t i = at.lane; i < n; i += at.lanes) {
    const int64_t to = at.first + i * at.stride;
    const C moved = math::load(x[to]) - acc.max;
    out[to] = math::convert<T>(logarithm ? moved - last : math::Exp::call(moved) * last);
  }
}

template <bool logarithm>
Status softmax(const View& out, const View& x, const AxisLoop& a, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) -> Status {
    T* to = out.as<T>();
    const T* from = x.as<T>();
    if (a.inner == 1) {
      return by_row_plan<T>(a.outer, a.n, aligned_for_packs(to, from), [&]<int V, int held>(const RowPlan& plan) {
        softmax_rows<logarithm, T, V, held>
            <<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(plan, to, from);
        return launched();
      });
    }
    const ColumnPlan plan(a);
    if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many columns"};
    softmax_columns<logarithm>
        <<<static_cast<unsigned>(plan.blocks()), ColumnPlan::threads, 0, stream_of(launch)>>>(plan, to, from);
    return launched();
  });
}

/// softmax: dx = y (dy - sum(dy y)); log_softmax: dx = dy - exp(y) sum(dy).
template <bool logarithm>
struct Gradient {
  template <class C>
  __device__ static C term(C dy, C y) {
    return logarithm ? dy : dy * y;
  }
  template <class C>
  __device__ static C call(C dy, C y, C sum) {
    return logarithm ? dy - math::Exp::call(y) * sum : y * (dy - sum);
  }
};

template <class G, class T, int V, int held>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    gradient_rows(const __grid_constant__ RowPlan plan, T* dx, const T* dy, const T* y) {
  using C = Compute<T>;
  const RowLane at(plan);
  const RowValues<T, V, held, 2> row(plan, at, dy, y);
  C sum = 0;
  row.each([&](const C(&v)[2]) { sum += G::term(v[0], v[1]); });
  sum = at.sum(sum);
  row.write(dx + at.row * plan.n, [&](const C(&v)[2]) { return G::call(v[0], v[1], sum); });
}

template <class C>
struct ColumnSum {
  C sum;
  __device__ void merge(const ColumnSum& other) { sum += other.sum; }
};

template <class G, class T>
__global__ void __launch_bounds__(ColumnPlan::threads, 2)
    gradient_columns(const __grid_constant__ ColumnPlan plan, T* dx, const T* dy, const T* y) {
  using C = Compute<T>;
  const ColumnPlan::Place at = plan.place(blockIdx.x, static_cast<int>(threadIdx.x));
  const int64_t n = at.exists ? plan.n : 0;
  ColumnSum<C> acc{0};
#pragma unroll 4
  for (int64_t i = at.lane; i < n; i += at.lanes) {
    const int64_t from = at.first + i * at.stride;
    acc.sum += G::term(math::load(dy[from]), math::load(y[from]));
  }
  merge_lanes(acc, plan, at);
#pragma unroll 4
  for (int64_t i = at.lane; i < n; i += at.lanes) {
    const int64_t to = at.first + i * at.stride;
    dx[to] = math::convert<T>(G::call(math::load(dy[to]), math::load(y[to]), acc.sum));
  }
}

template <bool logarithm>
Status softmax_grad(const View& dx, const View& dy, const View& y, const AxisLoop& a, const Launch& launch) {
  using G = Gradient<logarithm>;
  const OnDevice on(launch);
  return by_dtype<floating>(y.dtype, [&]<class T>(Type<T>) -> Status {
    T* to = dx.as<T>();
    const T *slope = dy.as<T>(), *from = y.as<T>();
    if (a.inner == 1) {
      const bool aligned = aligned_for_packs(to, slope, from);
      return by_row_plan<T>(a.outer, a.n, aligned, [&]<int V, int held>(const RowPlan& plan) {
        gradient_rows<G, T, V, held>
            <<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(plan, to, slope, from);
        return launched();
      });
    }
    const ColumnPlan plan(a);
    if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many columns"};
    gradient_columns<G>
        <<<static_cast<unsigned>(plan.blocks()), ColumnPlan::threads, 0, stream_of(launch)>>>(plan, to, slope, from);
    return launched();
  });
}

}  // namespace

void fill_softmax(Backend& backend) {
  SoftmaxKernels& k = backend.softmax;
  k.softmax = softmax<false>;
  k.log_softmax = softmax<true>;
  k.softmax_grad = softmax_grad<false>;
  k.log_softmax_grad = softmax_grad<true>;
}

}  // namespace tenon::inline v0::cuda_backend
