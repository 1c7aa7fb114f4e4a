#include "tenon/core/cpu/loops/elementwise.h"
#include "tenon/core/cpu/loops/fill.h"

namespace tenon::inline v0::cpu_level::TENON_LEVEL {

namespace {

struct Identity {
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};

/// The same dtype on both sides: elements move as bits.
template <class Bits>
void move_bits(const Loop& loop) {
  unary_loop<Identity, Bits, Bits>(loop);
}

Status copy(const Loop& loop, const Launch&) {
  if (loop.dtype[0] == loop.dtype[1]) {
    switch (size_of(loop.dtype[0])) {
      case 1:
        move_bits<uint8_t>(loop);
        break;
      case 2:
        move_bits<uint16_t>(loop);
        break;
      case 4:
        move_bits<uint32_t>(loop);
        break;
      default:
        move_bits<uint64_t>(loop);
        break;
    }
    return {};
  }
  by_dtype<all_dtypes>(
      loop.dtype[1], [&]<class From>(Type<From>) __attribute__((always_inline)) {
        by_dtype<all_dtypes>(
            loop.dtype[0], [&]<class To>(Type<To>) __attribute__((always_inline)) {
              if constexpr (!__is_same(To, From)) unary_loop<Identity, To, From>(loop);
            });
      });
  return {};
}

}  // namespace

void fill_layout(LayoutKernels& k) { k.copy = copy; }

}  // namespace tenon::inline v0::cpu_level::TENON_LEVEL
