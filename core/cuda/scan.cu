// Scans along an axis: what comes before a piece is put together from what the pieces before it come to, in order.
#include "tenon/core/cuda/dtypes.cuh"
#include "tenon/core/cuda/each.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/pack.h"
#include "tenon/core/cuda/scan_plan.h"
#include "tenon/core/cuda/shuffle.cuh"
#include "tenon/core/math/arithmetic.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// Floating numbers run in double: errors do not pile up along the axis.
template <class T>
struct Running {
  using type = double;
};
template <>
struct Running<int64_t> {
  using type = int64_t;
};

// An operation has a State, `identity()`, `then(a, b)`, which is b after a and associative, and reads and writes V
// neighbouring elements.

/// The running sum (Add) or product (Mul).
template <class T, class F, int from>
struct Fold {
  using State = typename Running<T>::type;

  T* out;
  const T* x;

  __device__ static State identity() { return State(from); }
  __device__ static State then(State a, State b) { return F::call(a, b); }
  template <int V>
  __device__ void read(State (&state)[V], int64_t at) const {
    const Pack<T, V> pack = load_pack<V>(x + at);
#pragma unroll
    for (int k = 0; k < V; ++k) state[k] = static_cast<State>(math::load(pack.v[k]));
  }
  template <int V>
  __device__ void write(const State (&state)[V], int64_t at) const {
    Pack<T, V> pack;
#pragma unroll
    for (int k = 0; k < V; ++k) pack.v[k] = math::convert<T>(state[k]);
    store_pack<V>(out + at, pack);
  }
};

/// The running product of floating numbers. One of finite factors may overflow where what comes before it is 0, and one
/// without a 0 may vanish where that is infinite: neither counts then.
template <class T>
struct Product {
  struct State {
    double value;
    int32_t finite, nonzero;  ///< all factors were
  };

  T* out;
  const T* x;

  __device__ static State identity() { return {1, true, true}; }
  __device__ static State then(const State& p, const State& q) {
    const bool stays = p.value == 0 ? q.finite : p.value - p.value != 0 && q.value == 0 && q.nonzero;
    return {stays ? copysign(1., q.value) * p.value : p.value * q.value, p.finite && q.finite, p.nonzero && q.nonzero};
  }
  template <int V>
  __device__ void read(State (&state)[V], int64_t at) const {
    const Pack<T, V> pack = load_pack<V>(x + at);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      const double value = static_cast<double>(math::load(pack.v[k]));
      state[k] = {value, value - value == 0, value != 0};
    }
  }
  template <int V>
  __device__ void write(const State (&state)[V], int64_t at) const {
    Pack<T, V> pack;
#pragma unroll
    for (int k = 0; k < V; ++k) pack.v[k] = math::convert<T>(state[k].value);
    store_pack<V>(out + at, pack);
  }
};

/// h = factor h + term. A product of finite factors may overflow where h is 0 and stays 0, so 0 is not multiplied by
/// it. Behind a factor that is infinite this may be nan where the CPU, which goes one by one, still says infinity.
template <class T>
struct Linear {
  struct State {
    double factor, term;
    int32_t finite;  ///< all factors were
  };

  T* h;
  const T *a, *b;

  __device__ static State identity() { return {1, 0, true}; }
  __device__ static State then(const State& p, const State& q) {
    const double term = p.term == 0 && q.finite ? q.term : q.factor * p.term + q.term;
    return {p.factor * q.factor, term, p.finite && q.finite};
  }
  template <int V>
  __device__ void read(State (&state)[V], int64_t at) const {
    const Pack<T, V> factor = load_pack<V>(a + at), term = load_pack<V>(b + at);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      const double f = static_cast<double>(math::load(factor.v[k]));
      state[k] = {f, static_cast<double>(math::load(term.v[k])), f - f == 0};
    }
  }
  template <int V>
  __device__ void write(const State (&state)[V], int64_t at) const {
    Pack<T, V> pack;
#pragma unroll
    for (int k = 0; k < V; ++k) pack.v[k] = math::convert<T>(state[k].term);
    store_pack<V>(h + at, pack);
  }
};

/// What the lanes before this one come to; `total`: what all do. All threads of the block take part.
template <class Op>
__device__ typename Op::State scan_lanes(typename Op::State value, int lane, int lanes_log, typename Op::State& total) {
  using State = typename Op::State;
  const int lanes = 1 << lanes_log, width = lanes < 32 ? lanes : 32, in_warp = lane & (width - 1);
  for (int distance = 1; distance < width; distance *= 2) {
    const State before = shuffle_up(value, distance);
    if (in_warp >= distance) value = Op::then(before, value);
  }
  State before = shuffle_up(value, 1);
  if (in_warp == 0) before = Op::identity();
  const int last = (static_cast<int>(threadIdx.x) & 31 & ~(width - 1)) + width - 1;
  total = shuffled(value, [=](uint32_t word) { return __shfl_sync(0xffffffffu, word, last); });
  if (lanes <= 32) return before;
  __shared__ State of_warp[RowScanPlan::threads / 32];
  __syncthreads();  // what was there before has been read
  if (in_warp == 0) of_warp[threadIdx.x / 32] = total;
  __syncthreads();
  const int first = static_cast<int>(threadIdx.x >> lanes_log) * (lanes / 32), mine = threadIdx.x / 32 - first;
  State sum = Op::identity();
  for (int w = 0; w < lanes / 32; ++w) {
    if (w == mine) before = Op::then(sum, before);
    sum = Op::then(sum, of_warp[first + w]);
  }
  total = sum;
  return before;
}

/// Writes the results; or, with `only_totals`, what each piece comes to: totals [rows, pieces].
template <bool only_totals, int V, class Op>
__global__ void __launch_bounds__(RowScanPlan::threads, 2)
    scan_rows(const __grid_constant__ RowScanPlan plan, const Op op, typename Op::State* totals) {
  using State = typename Op::State;
  constexpr int items = RowScanPlan::items;
  const RowScanPlan::Place at = plan.place(blockIdx.x, static_cast<int>(threadIdx.x));
  const int64_t row = at.row * plan.n, end = at.exists ? at.end : 0;
  State carry = Op::identity();
  if (!only_totals && at.piece > 0) {
    // Every lane takes its share of the pieces before this one.
    const int64_t share = (at.piece + (1 << plan.lanes_log) - 1) >> plan.lanes_log, from = at.lane * share;
    const int64_t to = from + share < at.piece ? from + share : at.piece;
    State mine = Op::identity();
    for (int64_t p = from; at.exists && p < to; ++p) mine = Op::then(mine, totals[at.row * plan.pieces + p]);
    scan_lanes<Op>(mine, at.lane, plan.lanes_log, carry);
  }
  for (int64_t tile = at.begin; tile < at.end; tile += plan.tile()) {
    const int64_t first = tile + at.lane * items;
    State state[items];
#pragma unroll
    for (int k = 0; k < items; k += V) {
      State read[V];
#pragma unroll
      for (int j = 0; j < V; ++j) read[j] = Op::identity();
      if (first + k < end) op.template read<V>(read, row + first + k);
#pragma unroll
      for (int j = 0; j < V; ++j) state[k + j] = read[j];
    }
#pragma unroll
    for (int k = 1; k < items; ++k) state[k] = Op::then(state[k - 1], state[k]);
    State total;
    const State before = Op::then(carry, scan_lanes<Op>(state[items - 1], at.lane, plan.lanes_log, total));
    carry = Op::then(carry, total);
    if constexpr (!only_totals) {
#pragma unroll
      for (int k = 0; k < items; k += V) {
        State result[V];
#pragma unroll
        for (int j = 0; j < V; ++j) result[j] = Op::then(before, state[k + j]);
        if (first + k < end) op.template write<V>(result, row + first + k);
      }
    }
  }
  if (only_totals && at.exists && at.lane == 0) totals[at.row * plan.pieces + at.piece] = carry;
}

/// The same for a thread's piece of a column; totals [pieces, columns].
template <bool only_totals, class Op>
struct ScanColumns {
  using State = typename Op::State;
  static constexpr int batch = 4;

  ColumnScanPlan plan;
  Op op;
  State* totals;

  __device__ void operator()(int64_t thread) const {
    const ColumnScanPlan::Place at = plan.place(thread);
    State state = Op::identity();
    if (!only_totals) {
      for (int64_t p = 0; p < at.piece; ++p) state = Op::then(state, totals[p * plan.columns.divisor() + at.column]);
    }
    for (int64_t i = at.begin; i < at.end; i += batch) {
      State next[batch][1];
#pragma unroll
      for (int u = 0; u < batch; ++u) {
        next[u][0] = Op::identity();
        if (i + u < at.end) op.template read<1>(next[u], at.first + (i + u) * at.stride);
      }
#pragma unroll
      for (int u = 0; u < batch; ++u) {
        state = Op::then(state, next[u][0]);
        const State result[1] = {state};
        if (!only_totals && i + u < at.end) op.template write<1>(result, at.first + (i + u) * at.stride);
      }
    }
    if (only_totals) totals[thread] = state;
  }
};

template <int V, class Op>
Status run_rows(const RowScanPlan& plan, const Op& op, typename Op::State* totals, const Launch& launch) {
  const auto blocks = static_cast<unsigned>(plan.blocks());
  if (plan.pieces > 1) {
    scan_rows<true, V><<<blocks, RowScanPlan::threads, 0, stream_of(launch)>>>(plan, op, totals);
  }
  scan_rows<false, V><<<blocks, RowScanPlan::threads, 0, stream_of(launch)>>>(plan, op, totals);
  return launched();
}

/// `packed`: whether groups of four elements of a row may be read and written together.
template <class Op>
Status scan(const Op& op, const AxisLoop& a, bool packed, const Launch& launch) {
  using State = typename Op::State;
  const OnDevice on(launch);
  if (a.inner == 1) {
    const RowScanPlan plan(a.outer, a.n);
    if (plan.blocks() > INT32_MAX) return {StatusCode::unsupported, "too many rows"};
    const int64_t pieces = plan.pieces > 1 ? plan.rows * plan.pieces : 0;
    const Workspace totals(launch, static_cast<size_t>(pieces) * sizeof(State));
    if (pieces && !totals) return no_memory;
    return packed ? run_rows<RowScanPlan::items>(plan, op, totals.as<State>(), launch)
                  : run_rows<1>(plan, op, totals.as<State>(), launch);
  }
  const ColumnScanPlan plan(a);
  const Workspace totals(launch, plan.pieces > 1 ? static_cast<size_t>(plan.threads()) * sizeof(State) : 0);
  if (plan.pieces > 1) {
    if (!totals) return no_memory;
    const Status status = each(plan.threads(), ScanColumns<true, Op>{plan, op, totals.as<State>()}, launch);
    if (status.code != StatusCode::ok) return status;
  }
  return each(plan.threads(), ScanColumns<false, Op>{plan, op, totals.as<State>()}, launch);
}

template <class Op, class T>
Status fold(const View& out, const View& x, const AxisLoop& a, const Launch& launch) {
  const bool packed = a.n % RowScanPlan::items == 0 && aligned_for_packs(out.as<T>(), x.as<T>());
  return scan(Op{out.as<T>(), x.as<T>()}, a, packed, launch);
}

Status cumsum(const View& out, const View& x, const AxisLoop& a, const Launch& launch) {
  return by_dtype<floating | dtypes(int64)>(
      x.dtype, [&]<class T>(Type<T>) { return fold<Fold<T, math::Add, 0>, T>(out, x, a, launch); });
}

Status cumprod(const View& out, const View& x, const AxisLoop& a, const Launch& launch) {
  if (x.dtype == int64) return fold<Fold<int64_t, math::Mul, 1>, int64_t>(out, x, a, launch);
  return by_dtype<floating>(x.dtype, [&]<class T>(Type<T>) { return fold<Product<T>, T>(out, x, a, launch); });
}

Status linear_scan(const View& h, const View& a, const View& b, const AxisLoop& axis, const Launch& launch) {
  return by_dtype<floating>(h.dtype, [&]<class T>(Type<T>) {
    const bool packed = axis.n % RowScanPlan::items == 0 && aligned_for_packs(h.as<T>(), a.as<T>(), b.as<T>());
    return scan(Linear<T>{h.as<T>(), a.as<T>(), b.as<T>()}, axis, packed, launch);
  });
}

}  // namespace

void fill_scan(Backend& backend) {
  ScanKernels& k = backend.scan;
  k.cumsum = cumsum;
  k.cumprod = cumprod;
  k.linear_scan = linear_scan;
}

}  // namespace tenon::inline v0::cuda_backend
