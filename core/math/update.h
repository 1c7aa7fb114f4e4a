// What an optimizer does to one element. C is what the kernels compute in.
#pragma once
#include "tenon/core/kernels/update.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace math {

template <class C>
struct Sgd {
  C lr, weight_decay;

  TENON_INLINE explicit Sgd(const SgdUpdate& u) : lr(C(u.lr)), weight_decay(C(u.weight_decay)) {}
  TENON_INLINE void operator()(C& p, C g) const { p -= lr * (g + weight_decay * p); }
};

template <class C>
struct SgdMomentum {
  C lr, weight_decay, keep, take, look_ahead, direct;

  TENON_INLINE explicit SgdMomentum(const SgdUpdate& u)
      : lr(C(u.lr)),
        weight_decay(C(u.weight_decay)),
        keep(u.first ? C(0) : C(u.momentum)),
        take(u.first ? C(1) : C(1 - u.dampening)),
        look_ahead(u.nesterov ? C(u.momentum) : C(1)),
        direct(u.nesterov ? C(1) : C(0)) {}
  TENON_INLINE void operator()(C& p, C g, C& velocity) const {
    g += weight_decay * p;
    velocity = keep * velocity + take * g;
    p -= lr * (direct * g + look_ahead * velocity);
  }
};

template <class C>
struct Adam {
  C keep, add, beta1, rest1, beta2, rest2, rate, root_correction, eps;

  /// `correction1` and `correction2`: 1 - beta^step, which the host computes once.
  TENON_INLINE Adam(const AdamUpdate& u, double correction1, double correction2)
      : keep(u.decoupled ? C(1 - u.lr * u.weight_decay) : C(1)),
        add(u.decoupled ? C(0) : C(u.weight_decay)),
        beta1(C(u.beta1)),
        rest1(C(1 - u.beta1)),
        beta2(C(u.beta2)),
        rest2(C(1 - u.beta2)),
        rate(C(u.lr / correction1)),
        root_correction(C(1 / __builtin_sqrt(correction2))),
        eps(C(u.eps)) {}
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
    p = keep * p - rate * (m / (root * root_correction + eps));
  }
};

}  // namespace math
}  // namespace v0
}  // namespace tenon
