// What a thread of the random kernels does, for host and device: the numbers of one block of four words.
#pragma once
#include "tenon/core/cuda/pack.h"
#include "tenon/core/kernels/random.h"
#include "tenon/core/math/random.h"

namespace tenon::inline v0::cuda_backend {

using math::random::Words;
using math::random::words_of;

/// Writes a block's pack of elements, which the end may cut. `packed`: all are aligned for whole ones.
template <int Count, class T>
TENON_INLINE void store_cut(T* out, int64_t first, int64_t n, const Pack<T, Count>& pack, bool packed) {
  if (packed && first + Count <= n) {
    store_pack(out + first, pack);
    return;
  }
  for (int i = 0; i < Count; ++i) {
    if (first + i < n) out[first + i] = pack.v[i];
  }
}

/// `Count` numbers a block, which `make` makes of its words.
template <int Count, class T, class Make>
struct FillBlock {
  T* out;
  int64_t n;
  RandomKey key;
  Make make;
  bool packed;

  int64_t blocks() const { return (n + Count - 1) / Count; }
  TENON_INLINE void operator()(int64_t block) const {
    const Words w = words_of(key, block);
    Pack<T, Count> pack;
    make(w.a, w.b, w.c, w.d, pack.v);
    store_cut<Count>(out, block * Count, n, pack, packed);
  }
};

/// A word an element: 0 where it is below the threshold.
template <class T>
struct DropBlock {
  T* out;
  const T* x;
  int64_t n;
  RandomKey key;
  uint32_t threshold;
  typename math::Compute<T>::type scale;
  bool packed;

  int64_t blocks() const { return (n + 3) / 4; }
  TENON_INLINE void operator()(int64_t block) const {
    using C = typename math::Compute<T>::type;
    const int64_t first = block * 4;
    Pack<T, 4> pack;
    if (packed && first + 4 <= n) {
      pack = load_pack<4>(x + first);
    } else {
      for (int i = 0; i < 4; ++i) pack.v[i] = x[first + i < n ? first + i : first];
    }
    const Words w = words_of(key, block);
    const uint32_t words[4] = {w.a, w.b, w.c, w.d};
    for (int i = 0; i < 4; ++i) {
      const C scaled = math::load(pack.v[i]) * scale;
      pack.v[i] = T(words[i] < threshold ? C(0) : scaled);
    }
    store_cut<4>(out, first, n, pack, packed);
  }
};

}  // namespace tenon::inline v0::cuda_backend
