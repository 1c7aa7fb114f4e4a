// Optimizer steps: one pass over each parameter, its gradient and its state, cut into runs of equal size across the
// whole list.
#include "tenon/core/math/update.h"

#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// Calls run(arrays, first, count) for pieces that cover every parameter of the list.
template <class Run>
TENON_INLINE void over_list(const UpdateList& list, const Run& run) {
  int64_t total = 0;
  for (int64_t k = 0; k < list.count; ++k) total += list.arrays[k * list.operands].numel();
  for_tasks((total + grain - 1) / grain, total > parallel_limit / 2, [&](int64_t t) {
    int64_t begin = t * grain;
    const int64_t end = begin + grain < total ? begin + grain : total;
    int64_t k = 0, start = 0;
    for (; begin < end; ++k) {
      const View* arrays = list.arrays + k * list.operands;
      const int64_t n = arrays[0].numel();
      if (begin < start + n) {
        const int64_t last = end < start + n ? end : start + n;
        run(arrays, begin - start, last - begin);
        begin = last;
      }
      start += n;
    }
  });
}

template <class T>
[[gnu::noinline]] bool all_finite(const T* x, int64_t n) {
  using C = typename math::Compute<T>::type;
  int32_t bad = 0;
  for (int64_t i = 0; i < n; ++i) {
    const C zero = math::load(x[i]) * C(0);
    bad |= zero != C(0);  // nan, from nan or infinity
  }
  return bad == 0;
}

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

/// `make(C)` gives the functor that computes in C.
template <class Make>
TENON_INLINE void update(const UpdateList& list, const View& inverse_scale, const View& found_bad, const Make& make) {
  by_dtype<floating>(
      list.arrays[0].dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        const C scale = inverse_scale.data ? C(*inverse_scale.as<float>()) : C(1);
        if (bool* bad = found_bad.as<bool>()) {
          over_list(list, [&](const View* arrays, int64_t first, int64_t n) {
            if (!all_finite(arrays[1].as<const T>() + first, n)) __atomic_store_n(bad, true, __ATOMIC_RELAXED);
          });
          if (*bad) return;
        }
        const auto step = make(C());
        over_list(list, [&](const View* arrays, int64_t first, int64_t n) {
          update_run<decltype(make(C())), T>(step, scale, arrays, first, n);
        });
      });
}

Status sgd(const UpdateList& list, const SgdUpdate& options, const View& inverse_scale, const View& found_bad,
           const Launch&) {
  if (list.operands == 3) {
    update(
        list, inverse_scale,
        found_bad, [&]<class C>(C) __attribute__((always_inline)) { return math::SgdMomentum<C>(options); });
  } else {
    update(
        list, inverse_scale,
        found_bad, [&]<class C>(C) __attribute__((always_inline)) { return math::Sgd<C>(options); });
  }
  return {};
}

Status adam(const UpdateList& list, const AdamUpdate& options, const View& inverse_scale, const View& found_bad,
            const Launch&) {
  const double step = static_cast<double>(options.step);
  const double correction1 = 1 - __builtin_pow(options.beta1, step),
               correction2 = 1 - __builtin_pow(options.beta2, step);
  update(
      list, inverse_scale, found_bad, [&]<class C>(C) __attribute__((always_inline)) {
        return math::Adam<C>(options, correction1, correction2);
      });
  return {};
}

}  // namespace

void fill_update(UpdateKernels& k) {
  k.sgd = sgd;
  k.adam = adam;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
