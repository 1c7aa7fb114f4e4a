#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

template <class T>
T element(const Sequence& s, int64_t i, int64_t n) {
  using C = typename math::Compute<T>::type;
  if constexpr (!math::is_float<C>) {
    return static_cast<T>(static_cast<uint64_t>(s.integer_start) +
                          static_cast<uint64_t>(i) * static_cast<uint64_t>(s.integer_step));
  } else if (s.has_end && i >= n / 2) {
    return math::convert<T>(s.end - static_cast<double>(n - 1 - i) * s.step);
  } else {
    return math::convert<T>(s.start + static_cast<double>(i) * s.step);
  }
}

Status sequence(const View& out, const Sequence& s, const Launch&) {
  const int64_t n = out.numel();
  by_dtype<numeric>(
      out.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        T* to = out.as<T>();
        for_tasks((n + grain - 1) / grain, n > parallel_limit, [&](int64_t t) {
          const int64_t first = t * grain, last = first + grain < n ? first + grain : n;
          for (int64_t i = first; i < last; ++i) to[i] = element<T>(s, i, n);
        });
      });
  return {};
}

}  // namespace

void fill_create(CreateKernels& k) { k.sequence = sequence; }

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
