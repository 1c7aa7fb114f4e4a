// Whole lists of arrays: optimizer steps, norm and clipping of gradients. One pass over all of them, cut into runs of
// equal size across the whole list.
#include "tenon/core/math/update.h"

#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"
#include "tenon/core/cpu/loops/reduce_block.h"
#include "tenon/core/cpu/workspace.h"
#include "tenon/core/math/sum.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// A list whose elements stand in one long row.
class Row {
 public:
  Row(const UpdateList& list, const Launch& launch)
      : list_(list), memory_(launch, static_cast<size_t>(list.count + 1) * sizeof(int64_t)) {
    if (!ok()) return;
    starts()[0] = 0;
    for (int64_t k = 0; k < list.count; ++k) starts()[k + 1] = starts()[k] + list.arrays[k * list.operands].numel();
  }
  bool ok() const { return memory_.get(); }
  int64_t tasks() const { return (starts()[list_.count] + grain - 1) / grain; }

  /// Calls run(arrays, first, count, task) for pieces that cover every group of arrays; those of one task in order.
  template <class Run>
  TENON_INLINE void run(const Run& run) const {
    const int64_t total = starts()[list_.count];
    for_tasks(tasks(), total > parallel_limit / 2, [&](int64_t t) {
      int64_t begin = t * grain;
      const int64_t end = begin + grain < total ? begin + grain : total;
      for (int64_t k = group_of(begin); begin < end; ++k) {
        const int64_t last = end < starts()[k + 1] ? end : starts()[k + 1];
        if (begin < last) run(list_.arrays + k * list_.operands, begin - starts()[k], last - begin, t);
        begin = last;
      }
    });
  }

 private:
  int64_t* starts() const { return static_cast<int64_t*>(memory_.get()); }
  /// The last group that begins at the element or before.
  int64_t group_of(int64_t element) const {
    int64_t low = 0, high = list_.count - 1;
    while (low < high) {
      const int64_t middle = (low + high + 1) / 2;
      if (starts()[middle] <= element) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  const UpdateList& list_;
  Workspace memory_;
};

template <class T>
[[gnu::noinline]] bool all_finite(const T* x, int64_t n) {
  int32_t bad = 0;
  for (int64_t i = 0; i < n; ++i) bad |= math::is_bad(math::load(x[i]));
  return bad == 0;
}

/// Several tasks may find something.
void note(const View& found_bad) { __atomic_store_n(found_bad.as<bool>(), true, __ATOMIC_RELAXED); }

template <class Step, class T>
[[gnu::noinline]] void update_run(const Step step, typename math::Compute<T>::type scale, const View* arrays,
                                  int64_t first, int64_t n) {
  using C = typename math::Compute<T>::type;
  T* p = arrays[0].as<T>() + first;
  const T* g = arrays[1].as<T>() + first;
  if constexpr (requires(C x) { step(x, x); }) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
      C value = math::load(p[i]);
      step(value, math::load(g[i]) * scale);
      p[i] = math::convert<T>(value);
    }
  } else if constexpr (requires(C x) { step(x, x, x); }) {
    T* s = arrays[2].as<T>() + first;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
      C value = math::load(p[i]), state = math::load(s[i]);
      step(value, math::load(g[i]) * scale, state);
      p[i] = math::convert<T>(value);
      s[i] = math::convert<T>(state);
    }
  } else {
    T *s1 = arrays[2].as<T>() + first, *s2 = arrays[3].as<T>() + first;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
      C value = math::load(p[i]), state1 = math::load(s1[i]), state2 = math::load(s2[i]);
      step(value, math::load(g[i]) * scale, state1, state2);
      p[i] = math::convert<T>(value);
      s1[i] = math::convert<T>(state1);
      s2[i] = math::convert<T>(state2);
    }
  }
}

/// Step<C> does it to one element.
template <template <class> class Step, class Update>
Status update(const UpdateList& list, const Update& options, const UpdateControl& control, const Launch& launch) {
  auto* skipped = control.skipped.as<int64_t>();
  if (control.found_bad.data && *control.found_bad.as<bool>()) {
    if (skipped) ++*skipped;
    return {};
  }
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        const C scale = control.inverse_scale.data ? C(*control.inverse_scale.as<float>()) : C(1);
        const Step<C> step(options, options.step - (skipped ? *skipped : 0));
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t) {
          update_run<Step<C>, T>(step, scale, arrays, first, n);
        });
      });
  return {};
}

Status sgd(const UpdateList& list, const SgdUpdate& options, const UpdateControl& control, const Launch& launch) {
  return list.operands == 3 ? update<math::SgdMomentum>(list, options, control, launch)
                            : update<math::Sgd>(list, options, control, launch);
}

Status adam(const UpdateList& list, const AdamUpdate& options, const UpdateControl& control, const Launch& launch) {
  return update<math::Adam>(list, options, control, launch);
}

Status find_bad(const UpdateList& list, const View& found_bad, const Launch& launch) {
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t) {
          if (!all_finite(arrays[0].as<const T>() + first, n)) note(found_bad);
        });
      });
  return {};
}

/// Blocks, in what the dtype computes in, come together in double.
template <class T>
double sum_of_squares(const T* x, int64_t n) {
  constexpr int64_t block = 4096;
  double sum = 0;
  for (int64_t i = 0; i < n; i += block) {
    sum += detail::reduce_block<math::Norm2<typename math::Compute<T>::type>>(x + i, n - i < block ? n - i : block, 1);
  }
  return sum;
}

Status norm(const UpdateList& list, const View& result, const Launch& launch) {
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  const Workspace memory(launch, static_cast<size_t>(row.tasks() + 1) * sizeof(double));
  auto* sums = static_cast<double*>(memory.get());
  if (!sums) return no_workspace;
  for (int64_t t = 0; t < row.tasks(); ++t) sums[t] = 0;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t task) {
          sums[task] += sum_of_squares(arrays[0].as<const T>() + first, n);
        });
        double all = 0;
        for (int64_t t = 0; t < row.tasks(); ++t) all += sums[t];
        using C = typename math::Compute<T>::type;
        *result.as<C>() = static_cast<C>(__builtin_sqrt(all));
      });
  return {};
}

template <class T, class F>
[[gnu::noinline]] void apply_run(const F f, T* x, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] = math::convert<T>(f(math::load(x[i])));
}

template <class C>
struct Times {
  C factor;
  TENON_INLINE C operator()(C x) const { return x * factor; }
};

Status scale(const UpdateList& list, const View& factor, const View& found_bad, const Launch& launch) {
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        const Times<C> times{*factor.as<C>()};
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t) {
          T* x = arrays[0].as<T>() + first;
          if (found_bad.data && !all_finite<T>(x, n)) note(found_bad);
          apply_run(times, x, n);
        });
      });
  return {};
}

Status clip(const UpdateList& list, const View& norm, double most, const Launch& launch) {
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        const Times<C> times{math::clip_factor(*norm.as<C>(), most)};
        if (times.factor == C(1)) return;  // mostly
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t) {
          apply_run(times, arrays[0].as<T>() + first, n);
        });
      });
  return {};
}

Status clamp(const UpdateList& list, double most, const Launch& launch) {
  const Row row(list, launch);
  if (!row.ok()) return no_workspace;
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        row.run([&](const View* arrays, int64_t first, int64_t n, int64_t) {
          apply_run(math::ClampTo<C>{C(most)}, arrays[0].as<T>() + first, n);
        });
      });
  return {};
}

Status scaler(const ScalerUpdate& options, const View& scale, const View& inverse, const View& growth,
              const View& found_bad, const Launch&) {
  bool bad = false;
  for (int64_t i = 0; i < found_bad.numel(); ++i) {
    bad |= found_bad.as<bool>()[i];
    found_bad.as<bool>()[i] = false;
  }
  math::update_scale(options, bad, *scale.as<float>(), *growth.as<int32_t>());
  *inverse.as<float>() = static_cast<float>(1. / *scale.as<float>());
  return {};
}

}  // namespace

void fill_update(UpdateKernels& k) {
  k.sgd = sgd;
  k.adam = adam;
  k.find_bad = find_bad;
  k.norm = norm;
  k.scale = scale;
  k.clip = clip;
  k.clamp = clamp;
  k.scaler = scaler;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
