#pragma once
#include <cstring>
#include <utility>

#include "tenon/core/error.h"
#include "tenon/core/kernels/view.h"
#include "tenon/core/shaped.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// An n-dimensional array on any device: a typed, strided view of shared memory, without gradients. What `ndarray` is
/// to NumPy. Copies of an Array, and views made from it (slice, transpose, expand, ...), see the same memory.
class Array : public Shaped<Array> {
 public:
  /// No array at all: `defined()` is false.
  Array() {}  // NOLINT: `= default` would clear shape and strides each time
  Array(const Array& o) {
    take(o);
    if (storage_) detail::retain(storage_->count);
  }
  Array(Array&& o) noexcept {
    take(o);
    o.storage_ = nullptr;
  }
  Array& operator=(const Array& o) & {
    Array copy(o);
    return *this = static_cast<Array&&>(copy);
  }
  Array& operator=(Array&& o) & noexcept {
    if (this == &o) return *this;
    detail::StoragePtr old(storage_);
    take(o);
    o.storage_ = nullptr;
    return *this;
  }
  ~Array() { detail::StoragePtr old(storage_); }

  /// Memory from outside, C order, without a copy. `owner` (anything movable: a shared_ptr, a vector) travels with it
  /// and is destroyed when the last view goes. Pointers to const give read-only arrays.
  template <class T, class Owner>
  static Array from_memory(T* data, const Shape& shape, Owner owner) {
    return from_memory(const_cast<std::remove_const_t<T>*>(data), shape, dtype_of<T>, std::move(owner),
                       std::is_const_v<T>);
  }
  template <class Owner>
  static Array from_memory(void* data, const Shape& shape, DType dtype, Owner owner, bool read_only = false) {
    return adopt(data, shape, nullptr, dtype, read_only, new Owner(std::move(owner)), destroy<Owner>);
  }
  /// The same with strides (in elements, not negative).
  template <class Owner>
  static Array from_memory(void* data, const Shape& shape, const Shape& strides, DType dtype, Owner owner,
                           bool read_only = false) {
    return adopt(data, shape, &strides, dtype, read_only, new Owner(std::move(owner)), destroy<Owner>);
  }

  bool read_only() const { return storage_ && storage_->read_only; }

  // What ops and backends work with.
  const Array& array() const { return *this; }
  View raw() const { return {data_, shape_, strides_, ndim_, dtype_, layout_}; }
  void* data() const { return data_; }
  detail::Storage* storage() const { return storage_; }
  Device storage_device() const { return device_; }
  detail::StoragePtr memory() const {
    if (storage_) detail::retain(storage_->count);
    return detail::StoragePtr(storage_);
  }
  /// Marks an in-place write by `op`. Throws ReadOnlyError.
  void mark_write(const char* op) const { detail::mark_write(*storage_, op); }
  void check_view(DType dtype, int ndim, bool write, bool host) const;
  Scalar scalar_value() const;
  /// Another look at the same memory: `data` within it, any shape and strides.
  Array view_as(void* data, const Shape& shape, const Shape& strides) const;
  /// Lets go of the memory and keeps shape and dtype.
  void drop_storage() { detail::StoragePtr old(std::exchange(storage_, nullptr)); }

 private:
  template <class Owner>
  static void destroy(void* owner) {
    delete static_cast<Owner*>(owner);
  }
  friend Array empty_strided(const int64_t* shape, const int64_t* strides, int ndim, DType dtype, Device device);
  friend Array empty(const int64_t* shape, int ndim, DType dtype, Device device);
  friend Array empty_like(const Array& x, DType dtype);
  /// Releases the owner itself when it throws.
  static Array adopt(void* data, const Shape& shape, const Shape* strides, DType dtype, bool read_only, void* owner,
                     void (*release)(void*));
  void set_geometry(const int64_t* shape, const int64_t* strides, int ndim);

  void take(const Array& o) {
    storage_ = o.storage_;
    data_ = o.data_;
    dtype_ = o.dtype_;
    device_ = o.device_;
    take_geometry(o);
  }
  /// Copies in fixed blocks: a loop over dimensions costs more than the whole copy.
  void take_geometry(const Array& o) {
    std::memcpy(&ndim_, &o.ndim_, sizeof ndim_);
    layout_ = o.layout_;
    constexpr size_t half = sizeof shape_ / 2;
    std::memcpy(shape_, o.shape_, half);
    std::memcpy(strides_, o.strides_, half);
    if (ndim_ > max_ndim / 2) [[unlikely]] {
      std::memcpy(shape_ + max_ndim / 2, o.shape_ + max_ndim / 2, half);
      std::memcpy(strides_ + max_ndim / 2, o.strides_ + max_ndim / 2, half);
    }
  }

  detail::Storage* storage_ = nullptr;
  void* data_ = nullptr;
  uint8_t ndim_ = 0;
  DType dtype_ = float32;
  uint8_t layout_ = 0;
  Device device_;
  int64_t shape_[max_ndim];
  int64_t strides_[max_ndim];
};

/// Uninitialised, C order. The form that ops use.
Array empty(const int64_t* shape, int ndim, DType dtype, Device device);
/// Uninitialised, with the given strides, which must be dense.
Array empty_strided(const int64_t* shape, const int64_t* strides, int ndim, DType dtype, Device device);
/// Uninitialised, with the shape, device and stride order of `x` (dense), as `dtype`.
Array empty_like(const Array& x, DType dtype);

}  // namespace v0
}  // namespace tenon
