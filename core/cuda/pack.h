// Neighbouring elements that travel as one access of up to 16 bytes, on host and device.
#pragma once
#include "tenon/core/math/compute.h"

namespace tenon::inline v0::cuda_backend {

inline constexpr int widest_access = 16;

template <class T, int N>
struct [[gnu::may_alias]] alignas(sizeof(T) * N < widest_access ? sizeof(T) * N : widest_access) Pack {
  T v[N];
};

/// N elements from p, which is aligned as a Pack of them.
template <int N, class T>
TENON_INLINE Pack<T, N> load_pack(const T* p) {
  return *reinterpret_cast<const Pack<T, N>*>(p);
}
template <int N, class T>
TENON_INLINE void store_pack(T* p, const Pack<T, N>& pack) {
  *reinterpret_cast<Pack<T, N>*>(p) = pack;
}

/// How many elements of a size make up the widest access.
constexpr int pack_of(size_t element) { return widest_access / static_cast<int>(element); }

/// Whether every pointer (null counts) is aligned for the widest access.
template <class... P>
bool aligned_for_packs(const P*... pointers) {
  return (... && (reinterpret_cast<uintptr_t>(pointers) % widest_access == 0));
}

}  // namespace tenon::inline v0::cuda_backend
