#include "tenon/core/kernels/attention.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/rows.h"
#include "tenon/core/math/exponential.h"
#include "tenon/core/math/extremum.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

/// Rows of scores, and how many of their columns are seen.
struct Rows {
  int64_t count, length, n;  ///< n: columns; length: rows of a matrix
  bool causal;

  Rows(const View& p, bool only_past)
      : count(p.numel() / p.shape[p.ndim - 1]),
        length(p.shape[p.ndim - 2]),
        n(p.shape[p.ndim - 1]),
        causal(only_past) {}
  int64_t seen(int64_t r) const {
    const int64_t past = r % length + 1;
    return causal && past < n ? past : n;
  }
  /// Calls body(first row, rows behind it) for pieces of a size worth a task.
  template <class Body>
  [[gnu::always_inline]] void each(int64_t cost, const Body& body) const {
    const int64_t work = n * cost, together = work < grain ? grain / work : 1;
    for_tasks((count + together - 1) / together, count * work > parallel_limit, [&](int64_t t) {
      const int64_t first = t * together, last = first + together < count ? first + together : count;
      for (int64_t r = first; r < last; ++r) body(r);
    });
  }
};

/// Where the mask of a row begins.
int64_t mask_row(const View& mask, int64_t r) {
  int64_t at = 0;
  for (int i = mask.ndim - 2; i >= 0; --i) {
    at += r % mask.shape[i] * mask.strides[i];
    r /= mask.shape[i];
  }
  return at;
}

struct NoMask {
  template <class C>
  TENON_INLINE C operator()(C x, int64_t) const {
    return x;
  }
};
struct Hidden {
  const bool* seen;
  template <class C>
  TENON_INLINE C operator()(C x, int64_t i) const {
    return seen[i] ? x : math::lowest<C>();
  }
};
template <class T>
struct Added {
  const T* mask;
  template <class C>
  TENON_INLINE C operator()(C x, int64_t i) const {
    return x + math::load(mask[i]);
  }
};

/// The first n of the row become probabilities, the others up to `all` 0.
template <class T, class Mask>
[[gnu::noinline]] void probabilities(T* p, const T* x, int64_t n, int64_t all, typename math::Compute<T>::type scale,
                                     Mask mask) {
  using C = typename math::Compute<T>::type;
  const auto score = [=](int64_t i) __attribute__((always_inline)) { return mask(scale * math::load(x[i]), i); };
  const C top = row_max<C>(n, score);
  C last = 0;
  if (top != math::lowest<C>()) {
    if constexpr (__is_same(C, T)) {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) p[i] = math::Exp::call(score(i) - top);
      last = C(1) / row_sum<C>(n, [=](int64_t i) { return p[i]; });
      for (int64_t i = 0; i < n; ++i) p[i] *= last;
    } else {
      last = C(1) / row_sum<C>(n, [=](int64_t i) { return math::Exp::call(score(i) - top); });
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) p[i] = math::convert<T>(math::Exp::call(score(i) - top) * last);
    }
  } else {
    n = 0;
  }
  for (int64_t i = n; i < all; ++i) p[i] = T(C(0));
}

Status softmax(const View& p, const View& scores, const View& mask, const AttentionSettings& settings, const Launch&) {
  constexpr int64_t cost = 16;
  const Rows rows(p, settings.causal);
  by_dtype<floating>(
      p.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        const auto scale = static_cast<typename math::Compute<T>::type>(settings.scale);
        rows.each(cost, [&](int64_t r) {
          T* to = p.as<T>() + r * rows.n;
          const T* from = scores.as<T>() + r * rows.n;
          if (!mask.data) return probabilities(to, from, rows.seen(r), rows.n, scale, NoMask{});
          const int64_t at = mask_row(mask, r);
          if (mask.dtype == DType::bool_) {
            return probabilities(to, from, rows.seen(r), rows.n, scale, Hidden{mask.as<bool>() + at});
          }
          probabilities(to, from, rows.seen(r), rows.n, scale, Added<T>{mask.as<T>() + at});
        });
      });
  return {};
}

template <class T>
[[gnu::noinline]] void slopes(T* ds, const T* dp, const T* p, int64_t n, int64_t all,
                              typename math::Compute<T>::type scale) {
  using C = typename math::Compute<T>::type;
  const C sum = row_sum<C>(n, [=](int64_t i) { return math::load(p[i]) * math::load(dp[i]); });
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) ds[i] = math::convert<T>(scale * math::load(p[i]) * (math::load(dp[i]) - sum));
  for (int64_t i = n; i < all; ++i) ds[i] = T(C(0));
}

Status softmax_grad(const View& ds, const View& dp, const View& p, const AttentionSettings& settings, const Launch&) {
  constexpr int64_t cost = 4;
  const Rows rows(p, settings.causal);
  by_dtype<floating>(
      p.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        const auto scale = static_cast<typename math::Compute<T>::type>(settings.scale);
        rows.each(cost, [&](int64_t r) {
          const int64_t at = r * rows.n;
          slopes(ds.as<T>() + at, dp.as<T>() + at, p.as<T>() + at, rows.seen(r), rows.n, scale);
        });
      });
  return {};
}

}  // namespace

void fill_attention(AttentionKernels& k) {
  k.softmax = softmax;
  k.softmax_grad = softmax_grad;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
