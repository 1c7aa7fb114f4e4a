// Cross-entropy of softmax, loss and gradient in one pass over each row; elementwise losses and their gradients.
#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fault.cuh"
#include "tenon/core/cuda/fill.h"
#include "tenon/core/cuda/softmax.cuh"
#include "tenon/core/math/extremum.h"
#include "tenon/core/math/loss.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// What a row's loss is counted with: 1, or 1 / how many rows count, which only the device may know.
struct Scale {
  double number;
  const int64_t* counted;  ///< null: `number`

  __device__ double get() const { return counted ? 1 / static_cast<double>(*counted) : number; }
};

/// Counts the rows whose class is not to be ignored.
struct CountRows {
  using Acc = int64_t;

  int64_t ignored;
  int64_t* counted;

  __device__ NoContext context(int64_t) const { return {}; }
  __device__ Acc start() const { return 0; }
  __device__ Acc step(Acc acc, int64_t wanted, NoContext, int64_t) const { return acc + (wanted != ignored); }
  __device__ Acc merge(Acc a, Acc b) const { return a + b; }
  __device__ void store(int64_t, int64_t, Acc acc) const { *counted = acc; }
};

/// Adds the rows' losses up.
template <class T>
struct AddLosses {
  using Acc = double;

  T* loss;
  Scale scale;

  __device__ NoContext context(int64_t) const { return {}; }
  __device__ Acc start() const { return 0; }
  __device__ Acc step(Acc acc, double x, NoContext, int64_t) const { return acc + x; }
  __device__ Acc merge(Acc a, Acc b) const { return a + b; }
  __device__ void store(int64_t, int64_t, Acc acc) const {
    *loss = math::convert<T>(static_cast<Compute<T>>(acc * scale.get()));
  }
};

/// The target is a class: its share is `kept` + `spread`, that of the others `spread`.
template <class T>
struct ByClass {
  using C = Compute<T>;
  static constexpr int arrays = 1;

  const int64_t* classes;
  C kept, spread;
  int64_t ignored;
  FaultReport report;

  /// What a row's lanes know before they look at the logits.
  struct Row {
    int64_t wanted;
    bool counts;
  };
  __device__ Row row(const RowLane& at, int64_t n) const {
    if (!at.exists) return {0, false};
    const int64_t wanted = classes[at.row];
    const bool in_range = wanted >= 0 && wanted < n;
    if (wanted != ignored && !in_range && at.lane == 0) report(wanted);
    return {wanted, wanted != ignored && in_range};
  }
  __device__ C share(const Row& row, const C (&)[1], int64_t i) const {
    return i == row.wanted ? kept + spread : spread;
  }
  template <class Values>
  __device__ double mass(const Values&, const RowLane&) const {
    return 1;
  }
  template <int V, int held>
  __device__ RowValues<T, V, held, 1> values(const RowPlan& plan, const RowLane& at, const T* logits) const {
    return {plan, at, logits};
  }
};

/// The target is a share for every class.
template <class T>
struct ByShares {
  using C = Compute<T>;
  static constexpr int arrays = 2;

  const T* shares;
  C kept, spread;

  struct Row {
    bool counts;
  };
  __device__ Row row(const RowLane& at, int64_t) const { return {at.exists}; }
  __device__ C share(const Row&, const C (&v)[2], int64_t) const { return v[1] * kept + spread; }
  template <class Values>
  __device__ double mass(const Values& values, const RowLane& at) const {
    double sum = 0;
    values.each([&](const C(&v)[2]) { sum += static_cast<double>(v[1] * kept + spread); });
    return at.sum(sum);
  }
  template <int V, int held>
  __device__ RowValues<T, V, held, 2> values(const RowPlan& plan, const RowLane& at, const T* logits) const {
    return {plan, at, logits, shares};
  }
};

/// The loss of each row, and where `grad` is given, softmax(x) - target into it, times the scale.
template <class T, int V, int held, class Target, class Loss>
__global__ void __launch_bounds__(RowPlan::most_threads, 1)
    cross_entropy_rows(const __grid_constant__ RowPlan plan, Loss* losses, T* grad, const T* logits,
                       const Target target, const Scale scale) {
  using C = Compute<T>;
  constexpr int arrays = Target::arrays;
  const RowLane at(plan);
  const auto values = target.template values<V, held>(plan, at, logits);
  const auto row = target.row(at, plan.n);
  const auto first_of_pack = [](int64_t i) { return i; };
  const auto [top, sum] = softmax_of_row(values, at);
  const double mass = target.mass(values, at);
  const double weight = grad ? scale.get() : 0;
  const C of_softmax = static_cast<C>(mass * weight) / sum, of_target = static_cast<C>(weight);
  C along = 0;
  const auto share_of = [&, top = top](const C(&v)[arrays], int64_t i) {
    const C share = target.share(row, v, i);
    along += share != C(0) ? share * (v[0] - top) : C(0);  // a share of 0 counts nothing, not 0 * infinity
    return share;
  };
  if (grad) {
    values.write(grad + at.row * plan.n, first_of_pack, [&, top = top](const C(&v)[arrays], int64_t i, int k) {
      const C slope = math::Exp::call(v[0] - top) * of_softmax - share_of(v, i + k) * of_target;
      return row.counts ? slope : C(0);
    });
  } else {
    values.each(first_of_pack, [&](const C(&v)[arrays], int64_t i, int k) { share_of(v, i + k); });
  }
  along = at.sum(along);
  if (at.exists && at.lane == 0) {
    const double loss = mass * static_cast<double>(math::Log::call(sum)) - static_cast<double>(along);
    losses[at.row] = math::convert<Loss>(static_cast<Compute<Loss>>(row.counts ? loss : 0));
  }
}

template <class T, class Target, class Loss>
Status run_rows(Loss* losses, const View& grad, const View& logits, const View& shares, const Target& target,
                Scale scale, const Launch& launch) {
  const int64_t rows = logits.shape[0], classes = logits.shape[1];
  const bool aligned = aligned_for_packs(grad.as<T>(), logits.as<T>(), shares.as<T>());
  return by_row_plan<T>(rows, classes, aligned, [&]<int V, int held>(const RowPlan& plan) {
    cross_entropy_rows<T, V, held><<<static_cast<unsigned>(plan.blocks()), plan.threads, 0, stream_of(launch)>>>(
        plan, losses, grad.as<T>(), logits.as<T>(), target, scale);
    return launched();
  });
}

/// The losses of the rows into `losses`.
template <class T, class Loss>
Status row_losses(Loss* losses, const View& grad, const View& logits, const View& target,
                  const CrossEntropySettings& settings, Scale scale, const Launch& launch) {
  using C = Compute<T>;
  const C spread = static_cast<C>(settings.label_smoothing / static_cast<double>(logits.shape[1]));
  const C kept = static_cast<C>(1 - settings.label_smoothing);
  if (target.dtype != int64) {
    return run_rows<T>(losses, grad, logits, target, ByShares<T>{target.as<T>(), kept, spread}, scale, launch);
  }
  const FaultReport report(launch);
  if (!report) return no_memory;
  const ByClass<T> by_class{target.as<int64_t>(), kept, spread, settings.ignore_index, report};
  return run_rows<T>(losses, grad, logits, View{}, by_class, scale, launch);
}

template <class T>
Status cross_entropy_of(const View& loss, const View& grad, const View& logits, const View& target,
                        const CrossEntropySettings& settings, const Launch& launch) {
  const int64_t rows = logits.shape[0];
  if (settings.reduction == Reduction::none) {
    return row_losses<T>(loss.as<T>(), grad, logits, target, settings, Scale{1, nullptr}, launch);
  }
  const Workspace memory(launch, static_cast<size_t>(rows + 1) * 8);
  if (!memory) return no_memory;
  double* losses = memory.as<double>();
  const Loop over_rows = reduction_loop({{rows, 0, 1}});
  Scale scale{1, nullptr};
  if (settings.reduction == Reduction::mean) {
    scale.number = 1 / static_cast<double>(rows);
    if (target.dtype == int64) {
      int64_t* counted = memory.as<int64_t>() + rows;
      const Status status = reduce(over_rows, launch, CountRows{settings.ignore_index, counted},
                                   ArraySource<int64_t>{target.as<int64_t>()});
      if (status.code != StatusCode::ok) return status;
      scale.counted = counted;
    }
  }
  const Status status = row_losses<T>(losses, grad, logits, target, settings, scale, launch);
  if (status.code != StatusCode::ok) return status;
  return reduce(over_rows, launch, AddLosses<T>{loss.as<T>(), scale}, ArraySource<double>{losses});
}

Status cross_entropy(const View& loss, const View& grad, const View& logits, const View& target,
                     const CrossEntropySettings& settings, const Launch& launch) {
  const OnDevice on(launch);
  return by_dtype<floating>(logits.dtype, [&]<class T>(Type<T>) {
    return cross_entropy_of<T>(loss, grad, logits, target, settings, launch);
  });
}

/// The gradient of an elementwise loss.
template <class F>
Status slope(const Loop& loop, const Launch& launch) {
  return by_dtype<floating>(loop.dtype[0],
                            [&]<class T>(Type<T>) { return elementwise<F, T, T, T, T, Compute<T>>(loop, launch); });
}

}  // namespace

void fill_loss(Backend& backend) {
  LossKernels& k = backend.loss;
  k.cross_entropy = cross_entropy;
  k.mse = binary<math::SquaredError, floating>;
  k.l1 = binary<math::AbsoluteError, floating>;
  k.bce_with_logits = binary<math::BceWithLogits, floating>;
  k.mse_grad = slope<math::SquaredErrorGrad>;
  k.l1_grad = slope<math::AbsoluteErrorGrad>;
  k.bce_with_logits_grad = slope<math::BceWithLogitsGrad>;
}

}  // namespace tenon::inline v0::cuda_backend
