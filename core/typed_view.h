#pragma once
#include <cstdint>
#include <type_traits>

#include "tenon/core/storage.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// N-dimensional access to an array's elements: `view(i, j)`. Holds the memory it looks at. Indices are not checked.
template <class T, int N>
class TypedView {
 public:
  TypedView(detail::StoragePtr memory, T* data, const int64_t* shape, const int64_t* strides)
      : memory_(static_cast<detail::StoragePtr&&>(memory)), data_(data) {
    for (int i = 0; i < N; ++i) shape_[i] = shape[i], strides_[i] = strides[i];
  }

  template <class... Index>
  T& operator()(Index... index) const {
    static_assert(sizeof...(Index) == N, "one index a dimension");
    int64_t offset = 0;
    int axis = 0;
    ((offset += static_cast<int64_t>(index) * strides_[axis++]), ...);
    return data_[offset];
  }
  /// Element access of a one-dimensional view.
  T& operator[](int64_t index) const {
    static_assert(N == 1, "use view(i, j, ...)");
    return data_[index * strides_[0]];
  }
  int64_t size(int axis) const { return shape_[axis]; }
  int64_t stride(int axis) const { return strides_[axis]; }
  T* data() const { return data_; }

 private:
  detail::StoragePtr memory_;
  T* data_;
  static constexpr size_t room = N > 0 ? static_cast<size_t>(N) : 1;
  int64_t shape_[room] = {}, strides_[room] = {};
};

}  // namespace v0
}  // namespace tenon
