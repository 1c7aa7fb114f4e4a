// Cross-entropy of softmax, loss and gradient in one pass over each row; elementwise losses and their gradients.
#include "tenon/core/math/loss.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/rows.h"
#include "tenon/core/cpu/workspace.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// The largest of a row and the sum of what is left of its exponentials, which go into `grad` where that holds them.
template <class C>
struct RowSum {
  C top, sum;
  bool kept;
};
template <class T>
TENON_INLINE auto row_exponentials(const T* x, T* grad, int64_t n) {
  using C = typename math::Compute<T>::type;
  const auto at = [x](int64_t i) __attribute__((always_inline))->C { return math::load(x[i]); };
  const C top = row_max<C>(n, at);
  if constexpr (__is_same(C, T)) {
    if (grad) {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) grad[i] = math::Exp::call(at(i) - top);
      return RowSum<C>{top, row_sum<C>(n, [grad](int64_t i) { return grad[i]; }), true};
    }
  }
  return RowSum<C>{top,
                   row_sum<C>(
                       n, [=](int64_t i) __attribute__((always_inline)) { return math::Exp::call(at(i) - top); }),
                   false};
}

/// The loss of a row and, where `grad` is given, softmax(x) - target into it, times scale. `target_of(i)` is the
/// target's share of class i; together they are `mass`.
template <class T, class Target>
TENON_INLINE double row_loss(const T* x, T* grad, int64_t n, double mass, double scale, const Target& target_of) {
  using C = typename math::Compute<T>::type;
  const auto at = [x](int64_t i) __attribute__((always_inline))->C { return math::load(x[i]); };
  const RowSum<C> row = row_exponentials(x, grad, n);
  const C along = row_sum<C>(
      n, [=](int64_t i) __attribute__((always_inline)) {
        const C share = target_of(i);
        return share != C(0) ? share * (at(i) - row.top) : C(0);  // a share of 0 counts nothing, not 0 * infinity
      });
  const double loss = mass * static_cast<double>(math::Log::call(row.sum)) - static_cast<double>(along);
  if (grad) {
    const C of_softmax = static_cast<C>(mass * scale) / row.sum, of_target = static_cast<C>(scale);
    const auto slope = [=](int64_t i, C e) __attribute__((always_inline)) {
      return math::convert<T>(e * of_softmax - static_cast<C>(target_of(i)) * of_target);
    };
    if (row.kept) {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) grad[i] = slope(i, math::load(grad[i]));
    } else {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) grad[i] = slope(i, math::Exp::call(at(i) - row.top));
    }
  }
  return loss;
}
/// The same where all of the target is one class.
template <class T>
TENON_INLINE double row_loss(const T* x, T* grad, int64_t n, double scale, int64_t wanted) {
  using C = typename math::Compute<T>::type;
  const RowSum<C> row = row_exponentials(x, grad, n);
  const C moved = static_cast<C>(math::load(x[wanted])) - row.top;
  if (grad) {
    const C of_softmax = static_cast<C>(scale) / row.sum;
    const C own = math::Exp::call(moved) * of_softmax - static_cast<C>(scale);
    if (row.kept) {
      for (int64_t i = 0; i < n; ++i) grad[i] = math::convert<T>(static_cast<C>(math::load(grad[i])) * of_softmax);
    } else {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) {
        grad[i] = math::convert<T>(math::Exp::call(static_cast<C>(math::load(x[i])) - row.top) * of_softmax);
      }
    }
    grad[wanted] = math::convert<T>(own);
  }
  return static_cast<double>(math::Log::call(row.sum)) - static_cast<double>(moved);
}

template <class T>
Status cross_entropy(const View& loss, const View& grad, const View& logits, const View& target,
                     const CrossEntropySettings& settings, const Launch& launch) {
  using C = typename math::Compute<T>::type;
  const int64_t rows = logits.shape[0], classes = logits.shape[1];
  const bool by_class = target.dtype == int64;
  const int64_t* index = by_class ? target.as<int64_t>() : nullptr;
  const auto counts = [&](int64_t r) { return !index || index[r] != settings.ignore_index; };
  int64_t counted = rows;
  if (index && settings.reduction == Reduction::mean) {
    for (int64_t r = 0; r < rows; ++r) counted -= !counts(r);
  }
  const double scale = settings.reduction == Reduction::mean ? 1 / static_cast<double>(counted) : 1;
  const Workspace scratch(launch, static_cast<size_t>(rows) * sizeof(double));
  if (!scratch.get()) return no_workspace;
  double* losses = static_cast<double*>(scratch.get());
  const C spread = static_cast<C>(settings.label_smoothing / static_cast<double>(classes));
  const C kept = static_cast<C>(1 - settings.label_smoothing);
  const int64_t rows_a_task = classes * 32 >= grain ? 1 : grain / (classes * 32);
  for_tasks((rows + rows_a_task - 1) / rows_a_task, rows * classes * 32 > parallel_limit, [&](int64_t t) {
    const int64_t last = (t + 1) * rows_a_task < rows ? (t + 1) * rows_a_task : rows;
    for (int64_t r = t * rows_a_task; r < last; ++r) {
      const T* x = logits.as<T>() + r * classes;
      T* slope = grad.data ? grad.as<T>() + r * classes : nullptr;
      losses[r] = 0;
      const bool out_of_range = index && counts(r) && (index[r] < 0 || index[r] >= classes);
      if (out_of_range) launch.services->data_fault(launch, index[r]);
      if (!counts(r) || out_of_range) {
        for (int64_t i = 0; slope && i < classes; ++i) slope[i] = math::convert<T>(0.f);
      } else if (index && settings.label_smoothing == 0) {
        losses[r] = row_loss(x, slope, classes, scale, index[r]);
      } else if (index) {
        const int64_t wanted = index[r];
        losses[r] = row_loss(
            x, slope, classes, 1,
            scale, [=](int64_t i) __attribute__((always_inline)) { return i == wanted ? kept + spread : spread; });
      } else {
        const T* p = target.as<T>() + r * classes;
        double mass = 0;
        for (int64_t i = 0; i < classes; ++i) mass += static_cast<double>(math::load(p[i]) * kept + spread);
        losses[r] = row_loss(
            x, slope, classes, mass,
            scale, [=](int64_t i) __attribute__((always_inline)) { return math::load(p[i]) * kept + spread; });
      }
    }
  });
  if (settings.reduction == Reduction::none) {
    for (int64_t r = 0; r < rows; ++r) loss.as<T>()[r] = math::convert<T>(static_cast<C>(losses[r]));
  } else {
    double total = 0;
    for (int64_t r = 0; r < rows; ++r) total += losses[r];
    *loss.as<T>() = math::convert<T>(static_cast<C>(total * scale));
  }
  return {};
}

template <class F, class T>
[[gnu::noinline]] void slope_row(int64_t n, T* out, int64_t so, const T* dy, int64_t sd, const T* x, int64_t sx,
                                 const T* t, int64_t st, typename math::Compute<T>::type factor) {
  using C = typename math::Compute<T>::type;
  const auto at = [](const T* of, int64_t i) __attribute__((always_inline)) { return static_cast<C>(of[i]); };
  if (so == 1 && sd == 0 && sx == 1 && st == 1) {
    const C d = at(dy, 0);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<T>(F::call(d, at(x, i), at(t, i), factor));
  } else if (so == 1 && sd == 1 && sx == 1 && st == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::convert<T>(F::call(at(dy, i), at(x, i), at(t, i), factor));
  } else {
    for (int64_t i = 0; i < n; ++i) {
      out[i * so] = math::convert<T>(F::call(at(dy, i * sd), at(x, i * sx), at(t, i * st), factor));
    }
  }
}

template <class F, class T>
void slope_loop(const Loop& loop) {
  T* out = detail::operand<T>(loop, 0);
  const T *dy = detail::operand<T>(loop, 1), *x = detail::operand<T>(loop, 2), *t = detail::operand<T>(loop, 3);
  const int64_t so = loop.strides[0][0], sd = loop.strides[1][0], sx = loop.strides[2][0], st = loop.strides[3][0];
  const auto factor = *detail::operand<typename math::Compute<T>::type>(loop, 4);
  detail::over_rows<4>(
      loop, cost_of<F>(), [=](const int64_t* at, int64_t first, int64_t n) __attribute__((always_inline)) {
        slope_row<F>(n, out + at[0] + first * so, so, dy + at[1] + first * sd, sd, x + at[2] + first * sx, sx,
                     t + at[3] + first * st, st, factor);
      });
}

/// The gradient of an elementwise loss.
template <class F>
Status slope(const Loop& loop, const Launch&) {
  by_dtype<floating>(
      loop.dtype[0], [&]<class T>(Type<T>) __attribute__((always_inline)) { slope_loop<F, T>(loop); });
  return {};
}

}  // namespace

void fill_loss(LossKernels& kernels) {
  kernels.cross_entropy = [](const View& loss, const View& grad, const View& logits, const View& target,
                             const CrossEntropySettings& settings, const Launch& launch) -> Status {
    Status status;
    by_dtype<floating>(
        logits.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
          status = cross_entropy<T>(loss, grad, logits, target, settings, launch);
        });
    return status;
  };
  kernels.mse = binary<math::SquaredError, floating>;
  kernels.l1 = binary<math::AbsoluteError, floating>;
  kernels.bce_with_logits = binary<math::BceWithLogits, floating>;
  kernels.mse_grad = slope<math::SquaredErrorGrad>;
  kernels.l1_grad = slope<math::AbsoluteErrorGrad>;
  kernels.bce_with_logits_grad = slope<math::BceWithLogitsGrad>;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
