// What an optimizer does to one element. C is what the kernels compute in.
#pragma once
#include "tenon/core/kernels/update.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

/// base^n, the same on every device.
TENON_INLINE double power(double base, int64_t n) {
  double result = 1;
  for (; n > 0; n /= 2, base *= base) {
    if (n % 2 == 1) result *= base;
  }
  return result;
}

// Made from the options and the step's number, which may differ from the one in the options; `Now` is what depends on
// it.

template <class C>
struct Sgd {
  struct Now {};
  C lr, weight_decay;
  Now now;

  TENON_INLINE static Now at(const SgdUpdate&, int64_t) { return {}; }
  TENON_INLINE Sgd(const SgdUpdate& u, int64_t) : lr(C(u.lr)), weight_decay(C(u.weight_decay)) {}
  TENON_INLINE void operator()(C& p, C g) const { p -= lr * (g + weight_decay * p); }
};

template <class C>
struct SgdMomentum {
  struct Now {
    C keep, take;
  };
  C lr, weight_decay, look_ahead, direct;
  Now now;

  TENON_INLINE static Now at(const SgdUpdate& u, int64_t step) {
    return {step == 1 ? C(0) : C(u.momentum), step == 1 ? C(1) : C(1 - u.dampening)};
  }
  TENON_INLINE SgdMomentum(const SgdUpdate& u, int64_t step)
      : lr(C(u.lr)),
        weight_decay(C(u.weight_decay)),
        look_ahead(u.nesterov ? C(u.momentum) : C(1)),
        direct(u.nesterov ? C(1) : C(0)),
        now(at(u, step)) {}
  TENON_INLINE void operator()(C& p, C g, C& velocity) const {
    g += weight_decay * p;
    velocity = now.keep * velocity + now.take * g;
    p -= lr * (direct * g + look_ahead * velocity);
  }
};

template <class C>
struct Adam {
  struct Now {
    C rate, root_correction;
  };
  C keep, add, beta1, rest1, beta2, rest2, eps;
  Now now;

  TENON_INLINE static Now at(const AdamUpdate& u, int64_t step) {
    return {C(u.lr / (1 - power(u.beta1, step))), C(1 / __builtin_sqrt(1 - power(u.beta2, step)))};
  }
  TENON_INLINE Adam(const AdamUpdate& u, int64_t step)
      : keep(u.decoupled ? C(1 - u.lr * u.weight_decay) : C(1)),
        add(u.decoupled ? C(0) : C(u.weight_decay)),
        beta1(C(u.beta1)),
        rest1(C(1 - u.beta1)),
        beta2(C(u.beta2)),
        rest2(C(1 - u.beta2)),
        eps(C(u.eps)),
        now(at(u, step)) {}
  TENON_INLINE void operator()(C& p, C g, C& m, C& v) const {
    g += add * p;
    m = beta1 * m + rest1 * g;
    v = beta2 * v + rest2 * (g * g);
    C root;
    if constexpr (__is_same(C, float)) {
      root = __builtin_sqrtf(v);
    } else {
      root = __builtin_sqrt(v);
    }
    p = keep * p - now.rate * (m / (root * now.root_correction + eps));
  }
};

/// Whether x is nan or infinite: 0 x is nan then.
template <class C>
TENON_INLINE bool is_bad(C x) {
  return x * C(0) != C(0);
}

/// What gradients of a norm are multiplied by to have at most another. nan stays nan.
template <class C>
TENON_INLINE C clip_factor(C norm, double most) {
  const C factor = C(most) / (norm + C(1e-6));
  return factor > C(1) ? C(1) : factor;
}

/// min(max(x, -most), most); nan stays.
template <class C>
struct ClampTo {
  C most;
  TENON_INLINE C operator()(C x) const { return x > most ? most : x < -most ? -most : x; }
};

/// The scale grows after so many iterations in a row without a bad gradient, unless it would become infinite. It does
/// not shrink below 2^-100, whose inverse is finite.
TENON_INLINE void update_scale(const ScalerUpdate& u, bool bad, float& scale, int32_t& growth) {
  if (bad) {
    const float backed_off = static_cast<float>(scale * u.backoff_factor);
    if (backed_off >= 0x1p-100f) scale = backed_off;
    growth = 0;
  } else if (++growth >= u.growth_interval) {
    const float grown = static_cast<float>(scale * u.growth_factor);
    if (!is_bad(grown)) scale = grown;
    growth = 0;
  }
}

}  // namespace math
}  // namespace v0
}  // namespace tenon
