// Compiled without fused multiply-add: see core/math/random.h.
#include "tenon/core/math/random.h"

#include "tenon/core/cpu/loops/dtypes.h"
#include "tenon/core/cpu/loops/fill.h"
#include "tenon/core/cpu/loops/parallel.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

using math::random::per_block;
using math::random::Words;
using math::random::words_of;

/// Calls task(first block, number of blocks) for pieces that cover all blocks.
template <class Task>
[[gnu::always_inline]] inline void over_blocks(int64_t blocks, const Task& task) {
  constexpr int64_t piece = grain / 32;
  for_tasks((blocks + piece - 1) / piece, true, [&](int64_t t) {
    const int64_t first = t * piece;
    task(first, first + piece < blocks ? piece : blocks - first);
  });
}

RandomKey behind(const RandomKey& key, int64_t blocks) {
  return {key.seed, key.offset + static_cast<uint64_t>(blocks)};
}

template <int Count, class T, class Make>
[[gnu::noinline]] void make_blocks(T* out, int64_t blocks, RandomKey key, Make make) {
#pragma GCC ivdep
  for (int64_t i = 0; i < blocks; ++i) {
    const Words w = words_of(key, i);
    make(w.a, w.b, w.c, w.d, out + i * Count);
  }
}

/// Fills out[0, n): block by block, `Count` numbers each; the last block may be cut.
template <int Count, class T, class Make>
void fill_blocks(T* out, int64_t n, const RandomKey& key, const Make& make) {
  const int64_t whole = n / Count, rest = n % Count;
  over_blocks(whole, [&](int64_t first, int64_t blocks) {
    make_blocks<Count>(out + first * Count, blocks, behind(key, first), make);
  });
  if (rest == 0) return;
  T last[Count];
  make_blocks<Count>(last, 1, behind(key, whole), make);
  for (int64_t i = 0; i < rest; ++i) out[whole * Count + i] = last[i];
}

template <template <class> class Make>
Status fill(const View& out, double a, double b, const RandomKey& key, const Launch&) {
  by_dtype<floating>(
      out.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        using C = typename math::Compute<T>::type;
        fill_blocks<per_block<T>>(out.as<T>(), out.numel(), key, Make<T>{static_cast<C>(a), static_cast<C>(b)});
      });
  return {};
}

Status uniform(const View& out, double low, double high, const RandomKey& key, const Launch& launch) {
  return fill<math::random::Uniform>(out, low, high - low, key, launch);
}

Status integer(const View& out, int64_t low, uint64_t range, const RandomKey& key, const Launch&) {
  fill_blocks<2>(out.as<int64_t>(), out.numel(), key, math::random::Integer{low, range});
  return {};
}

template <class T>
[[gnu::noinline]] void drop_blocks(T* out, const T* x, int64_t blocks, RandomKey key, uint32_t threshold,
                                   typename math::Compute<T>::type scale) {
  using C = typename math::Compute<T>::type;
  const auto keep = [=](uint32_t word, T value) __attribute__((always_inline)) {
    const C scaled = static_cast<C>(value) * scale;
    return T(word < threshold ? C(0) : scaled);
  };
#pragma GCC ivdep
  for (int64_t i = 0; i < blocks; ++i) {
    const Words w = words_of(key, i);
    out[4 * i] = keep(w.a, x[4 * i]);
    out[4 * i + 1] = keep(w.b, x[4 * i + 1]);
    out[4 * i + 2] = keep(w.c, x[4 * i + 2]);
    out[4 * i + 3] = keep(w.d, x[4 * i + 3]);
  }
}

template <class T>
void dropout_loop(T* out, const T* x, int64_t n, const RandomKey& key, uint32_t threshold, double factor) {
  const auto scale = static_cast<typename math::Compute<T>::type>(factor);
  const int64_t whole = n / 4, rest = n % 4;
  over_blocks(whole, [&](int64_t first, int64_t blocks) {
    drop_blocks(out + 4 * first, x + 4 * first, blocks, behind(key, first), threshold, scale);
  });
  if (rest == 0) return;
  T last[4] = {};
  for (int64_t i = 0; i < rest; ++i) last[i] = x[4 * whole + i];
  drop_blocks(last, last, 1, behind(key, whole), threshold, scale);
  for (int64_t i = 0; i < rest; ++i) out[4 * whole + i] = last[i];
}

Status dropout(const View& out, const View& x, double p, const RandomKey& key, const Launch&) {
  const auto threshold = static_cast<uint32_t>(p * 0x1p32);
  by_dtype<floating>(
      out.dtype, [&]<class T>(Type<T>) __attribute__((always_inline)) {
        dropout_loop(out.as<T>(), x.as<const T>(), out.numel(), key, threshold, 1 / (1 - p));
      });
  return {};
}

}  // namespace

void fill_random(RandomKernels& k) {
  k.uniform = uniform;
  k.normal = fill<math::random::Normal>;
  k.integer = integer;
  k.dropout = dropout;
}

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
