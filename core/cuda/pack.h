// Elements that travel together: one access to memory (two for 32 bytes), whatever their type is. Host and device.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/math/host_device.h"

namespace tenon::inline v0::cuda_backend {

/// `Width` elements, aligned as their bytes together.
template <class T, int Width>
struct alignas(sizeof(T) * Width) Pack {
  T v[Width];
};

namespace detail {

template <int Bytes>
struct Word {
  using type = uint32_t;
};
template <>
struct Word<1> {
  using type = uint8_t;
};
template <>
struct Word<2> {
  using type = uint16_t;
};

/// What memory is accessed as.
template <int Bytes>
struct [[gnu::may_alias]] alignas(Bytes < 16 ? Bytes : 16) Words {
  using Unit = typename Word<Bytes>::type;
  Unit word[Bytes / sizeof(Unit)];
};

}  // namespace detail

/// The address is a multiple of the pack's size, or of 16.
template <int Width, class T>
TENON_INLINE Pack<T, Width> load_pack(const T* from) {
  const auto words = *reinterpret_cast<const detail::Words<sizeof(T) * Width>*>(from);
  Pack<T, Width> pack;
  __builtin_memcpy(&pack, &words, sizeof pack);
  return pack;
}
template <int Width, class T>
TENON_INLINE void store_pack(T* to, const Pack<T, Width>& pack) {
  detail::Words<sizeof(T) * Width> words;
  __builtin_memcpy(&words, &pack, sizeof pack);
  *reinterpret_cast<decltype(words)*>(to) = words;
}

/// How many elements of a size make up the widest access.
TENON_INLINE constexpr int pack_of(size_t element) { return 16 / static_cast<int>(element); }

/// Whether every pointer (null counts) is aligned for the widest access.
template <class... P>
TENON_INLINE bool aligned_for_packs(const P*... pointers) {
  return (... && (reinterpret_cast<uintptr_t>(pointers) % 16 == 0));
}

}  // namespace tenon::inline v0::cuda_backend
