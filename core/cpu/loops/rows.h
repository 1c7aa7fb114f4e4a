// Sums and maxima along a row: running values that become vectors, put together at the end.
#pragma once
#include "tenon/core/math/host_device.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

/// The sum of term(0) to term(n - 1).
template <class C, class Term>
TENON_INLINE C row_sum(int64_t n, const Term& term) {
  constexpr int64_t lanes = 16;
  C acc[lanes];
  for (int64_t k = 0; k < lanes; ++k) acc[k] = 0;
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (int64_t k = 0; k < lanes; ++k) acc[k] += term(i + k);
  }
  for (int64_t k = 0; i < n; ++i, ++k) acc[k] += term(i);
  C sum = 0;
  for (int64_t k = 0; k < lanes; ++k) sum += acc[k];
  return sum;
}

/// The largest of term(0) to term(n - 1), n > 0; nan if there is one.
template <class C, class Term>
TENON_INLINE C row_max(int64_t n, const Term& term) {
  constexpr int64_t lanes = 16;
  const auto larger = [](C a, C b) __attribute__((always_inline)) { return a > b || a != a ? a : b; };
  C acc[lanes];
  for (int64_t k = 0; k < lanes; ++k) acc[k] = term(0);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (int64_t k = 0; k < lanes; ++k) acc[k] = larger(acc[k], term(i + k));
  }
  for (int64_t k = 0; i < n; ++i, ++k) acc[k] = larger(acc[k], term(i));
  C top = acc[0];
  for (int64_t k = 1; k < lanes; ++k) top = larger(top, acc[k]);
  return top;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
