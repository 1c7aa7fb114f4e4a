// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include <cstdint>

#include "tenon/core/dtype.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What a pair of shape and strides is known to be. Sizes of 1 and their strides do not decide.
enum Layout : uint8_t {
  row_major = 1,      ///< C order without gaps
  channels_last = 2,  ///< 4-d, [N, C, H, W] stored as N, H, W, C without gaps
  dense = 4,          ///< the elements fill one block, in some order, none twice
};

/// A kernel's look at an array. Owns nothing: shape and strides lie in the array itself. Strides count elements.
struct View {
  void* data;
  const int64_t* shape;
  const int64_t* strides;
  int32_t ndim;
  DType dtype;
  uint8_t layout;

  TENON_INLINE int64_t numel() const {
    int64_t n = 1;
    for (int i = 0; i < ndim; ++i) n *= shape[i];
    return n;
  }
  template <class T>
  TENON_INLINE T* as() const {
    return static_cast<T*>(data);
  }
};

TENON_INLINE bool same_shape(const View& a, const View& b) {
  if (a.ndim != b.ndim) return false;
  for (int i = 0; i < a.ndim; ++i) {
    if (a.shape[i] != b.shape[i]) return false;
  }
  return true;
}

}  // namespace v0
}  // namespace tenon
