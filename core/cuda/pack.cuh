// Elements that travel together: one access to memory (two for 32 bytes), whatever their type is.
#pragma once
#include <cstdint>

#include <vector_types.h>

namespace tenon::inline v0::cuda_backend {

/// `Width` elements, aligned as their bytes together.
template <class T, int Width>
struct alignas(sizeof(T) * Width) Pack {
  T element[Width];
};

namespace detail {

template <int Bytes>
struct Words;
template <>
struct Words<1> {
  using type = uint8_t;
};
template <>
struct Words<2> {
  using type = uint16_t;
};
template <>
struct Words<4> {
  using type = uint32_t;
};
template <>
struct Words<8> {
  using type = uint2;
};
template <>
struct Words<16> {
  using type = uint4;
};
template <>
struct Words<32> {
  struct type {
    uint4 low, high;
  };
};

}  // namespace detail

/// The address is a multiple of the pack's size.
template <int Width, class T>
__device__ __forceinline__ Pack<T, Width> load_pack(const T* from) {
  const auto words = *reinterpret_cast<const typename detail::Words<sizeof(T) * Width>::type*>(from);
  Pack<T, Width> pack;
  __builtin_memcpy(&pack, &words, sizeof pack);
  return pack;
}
template <int Width, class T>
__device__ __forceinline__ void store_pack(T* to, const Pack<T, Width>& pack) {
  typename detail::Words<sizeof(T) * Width>::type words;
  __builtin_memcpy(&words, &pack, sizeof pack);
  *reinterpret_cast<decltype(words)*>(to) = words;
}

}  // namespace tenon::inline v0::cuda_backend
