#include "tenon/core/cuda/elementwise.cuh"
#include "tenon/core/cuda/fill.h"

namespace tenon::inline v0::cuda_backend {

namespace {

struct Identity {
  template <class T>
  TENON_INLINE static T call(T x) {
    return x;
  }
};

Status copy(const Loop& loop, const Launch& launch) {
  if (loop.dtype[0] == loop.dtype[1]) {
    return by_bytes(loop.dtype[0],
                    [&]<class Bits>(Type<Bits>) { return elementwise<Identity, Bits, Bits>(loop, launch); });
  }
  return by_dtype<all_dtypes>(loop.dtype[1], [&]<class From>(Type<From>) {
    return by_dtype<all_dtypes>(loop.dtype[0], [&]<class To>(Type<To>) -> Status {
      if constexpr (__is_same(To, From)) {
        return {};
      } else {
        return elementwise<Identity, To, From>(loop, launch);
      }
    });
  });
}

}  // namespace

void fill_layout(Backend& backend) { backend.layout.copy = copy; }

}  // namespace tenon::inline v0::cuda_backend
