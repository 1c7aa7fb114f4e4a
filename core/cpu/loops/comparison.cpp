#include "tenon/core/math/comparison.h"

#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

template <class F>
Status compare(const Loop& loop, const Launch&) {
  by_dtype<all_dtypes>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) { binary_loop<F, bool, T>(loop); });
  return {};
}

/// b F a: a > b is b < a.
template <class F>
Status compare_swapped(const Loop& loop, const Launch& launch) {
  Loop swapped = loop;
  const auto move = [&](int from, int to) {
    swapped.data[to] = loop.data[from];
    for (int axis = 0; axis < loop.axes; ++axis) swapped.strides[to][axis] = loop.strides[from][axis];
  };
  move(1, 2);
  move(2, 1);
  return compare<F>(swapped, launch);
}

template <class F>
Status test(const Loop& loop, const Launch&) {
  by_dtype<floating>(
      loop.dtype[1], [&]<class T>(Type<T>) __attribute__((always_inline)) { unary_loop<F, bool, T>(loop); });
  return {};
}

template <class T>
[[gnu::noinline]] void select_row(int64_t n, T* out, int64_t so, const uint8_t* condition, int64_t sc, const T* a,
                                  int64_t sa, const T* b, int64_t sb) {
  if (so == 1 && sc == 1 && sa == 1 && sb == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::Where::call(condition[i], a[i], b[i]);
  } else if (so == 1 && sc == 1 && sa == 1 && sb == 0) {
    const T s = *b;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::Where::call(condition[i], a[i], s);
  } else if (so == 1 && sc == 1 && sa == 0 && sb == 1) {
    const T s = *a;
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = math::Where::call(condition[i], s, b[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) out[i * so] = math::Where::call(condition[i * sc], a[i * sa], b[i * sb]);
  }
}

template <class T>
void select_loop(const Loop& loop) {
  T* out = detail::operand<T>(loop, 0);
  const uint8_t* condition = detail::operand<uint8_t>(loop, 1);
  const T *a = detail::operand<T>(loop, 2), *b = detail::operand<T>(loop, 3);
  const int64_t so = loop.strides[0][0], sc = loop.strides[1][0], sa = loop.strides[2][0], sb = loop.strides[3][0];
  detail::over_rows<4>(
      loop, 1, [=](const int64_t* at, int64_t first, int64_t n) __attribute__((always_inline)) {
        select_row(n, out + at[0] + first * so, so, condition + at[1] + first * sc, sc, a + at[2] + first * sa, sa,
                   b + at[3] + first * sb, sb);
      });
}

/// The values move as bits.
Status where(const Loop& loop, const Launch&) {
  switch (size_of(loop.dtype[0])) {
    case 1:
      select_loop<uint8_t>(loop);
      break;
    case 2:
      select_loop<uint16_t>(loop);
      break;
    case 4:
      select_loop<uint32_t>(loop);
      break;
    default:
      select_loop<uint64_t>(loop);
      break;
  }
  return {};
}

}  // namespace

void fill_comparison(ComparisonKernels& k) {
  k.eq = compare<math::Equal>;
  k.ne = compare<math::NotEqual>;
  k.lt = compare<math::Less>;
  k.le = compare<math::LessEqual>;
  k.gt = compare_swapped<math::Less>;
  k.ge = compare_swapped<math::LessEqual>;
  k.logical_and = binary<math::And, dtypes(bool_)>;
  k.logical_or = binary<math::Or, dtypes(bool_)>;
  k.logical_xor = binary<math::NotEqual, dtypes(bool_)>;
  k.logical_not = unary<math::Not, dtypes(bool_)>;
  k.isnan = test<math::IsNan>;
  k.isinf = test<math::IsInf>;
  k.isfinite = test<math::IsFinite>;
  k.where = where;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
