#pragma once
#include "tenon/core/kernels/view.h"
#include "tenon/core/scalar.h"
#include "tenon/core/shape.h"
#include "tenon/core/typed_view.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// `async`: from pinned memory `to` does not wait, nor to the CPU: a later Event says when the elements are there.
struct ToOptions {
  bool async = false;
};

/// As the `stop` of a slice: to the end of the axis.
inline constexpr int64_t to_end = INT64_MAX;

class Array;
// The free functions that the members call, found for a Tensor by its own namespace. Documented in core/ops/layout.h.
Array to_device(const Array& x, Device device, ToOptions options);
Array cast(const Array& x, DType dtype);
Array clone(const Array& x);
Array contiguous(const Array& x);
Array reshape(const Array& x, const Shape& shape);
Array flatten(const Array& x, int64_t start, int64_t end);
Array transpose(const Array& x, int64_t a, int64_t b);
Array permute(const Array& x, const Axes& order);
Array squeeze(const Array& x, const Axes& axes);
Array unsqueeze(const Array& x, int64_t axis);
Array expand(const Array& x, const Shape& shape);
Array slice(const Array& x, int64_t axis, int64_t start, int64_t stop, int64_t step);
Array select(const Array& x, int64_t axis, int64_t index);
void copy_(const Array& x, const Array& source);

/// The members that Array and Tensor share.
template <class Self>
class Shaped {
 public:
  bool defined() const { return self().array().storage() != nullptr; }
  int ndim() const { return self().array().raw().ndim; }
  Shape shape() const { return Shape::of(self().array().raw().shape, ndim()); }
  /// Strides in elements.
  Shape strides() const { return Shape::of(self().array().raw().strides, ndim()); }
  /// The size along one axis; negative axes count from the end.
  int64_t size(int64_t axis) const { return self().array().raw().shape[normalize_axis(axis, ndim(), "size")]; }
  int64_t numel() const { return self().array().raw().numel(); }
  DType dtype() const { return self().array().raw().dtype; }
  Device device() const { return self().array().storage_device(); }
  bool is_contiguous() const { return self().array().raw().layout & row_major; }

  /// The one element as a C++ number. Waits for the device. Throws ShapeError when there is not exactly one.
  template <class T>
  T item() const {
    return self().array().scalar_value().template to<T>();
  }
  /// Typed access: `view<const float, 2>()` reads, `view<float, 2>()` writes and counts as an in-place write. Holds the
  /// memory. Throws DTypeError, ShapeError, ReadOnlyError, and DeviceError for memory that the host cannot see.
  template <class T, int N>
  TypedView<T, N> view() const {
    const auto& a = self().array();
    a.check_view(dtype_of<T>, N, !std::is_const_v<T>, true);
    return {a.memory(), static_cast<T*>(a.data()), a.raw().shape, a.raw().strides};
  }
  /// The same for a kernel of one's own: legal on any device. What runs with it runs on the thread's current stream.
  template <class T, int N>
  TypedView<T, N> device_view() const {
    const auto& a = self().array();
    a.check_view(dtype_of<T>, N, !std::is_const_v<T>, false);
    return {a.memory(), static_cast<T*>(a.data()), a.raw().shape, a.raw().strides};
  }

  /// On another device, or as another dtype; this one itself where nothing changes. Returns when this one may be
  /// overwritten, unless `async`.
  Self to(Device device, ToOptions options = {}) const {
    using tenon::to_device;
    return to_device(self(), device, options);
  }
  Self to(DType dtype) const {
    using tenon::cast;
    return cast(self(), dtype);
  }
  Self cpu() const { return to(tenon::cpu); }
  /// A copy in memory of its own, dense, in the order of this one's strides.
  Self clone() const {
    using tenon::clone;
    return clone(self());
  }
  /// This one if it is row-major, else a row-major copy.
  Self contiguous() const {
    using tenon::contiguous;
    return contiguous(self());
  }
  Self reshape(const Shape& shape) const {
    using tenon::reshape;
    return reshape(self(), shape);
  }
  Self flatten(int64_t start = 0, int64_t end = -1) const {
    using tenon::flatten;
    return flatten(self(), start, end);
  }
  Self transpose(int64_t a = -2, int64_t b = -1) const {
    using tenon::transpose;
    return transpose(self(), a, b);
  }
  Self permute(const Axes& order) const {
    using tenon::permute;
    return permute(self(), order);
  }
  Self squeeze(const Axes& axes = {}) const {
    using tenon::squeeze;
    return squeeze(self(), axes);
  }
  Self unsqueeze(int64_t axis) const {
    using tenon::unsqueeze;
    return unsqueeze(self(), axis);
  }
  Self expand(const Shape& shape) const {
    using tenon::expand;
    return expand(self(), shape);
  }
  Self slice(int64_t axis, int64_t start, int64_t stop = to_end, int64_t step = 1) const {
    using tenon::slice;
    return slice(self(), axis, start, stop, step);
  }
  Self select(int64_t axis, int64_t index) const {
    using tenon::select;
    return select(self(), axis, index);
  }
  /// Overwrites the elements with those of `source`, broadcast and cast to fit. Counts as an in-place write.
  const Self& copy_(const Self& source) const {
    using tenon::copy_;
    copy_(self(), source);
    return self();
  }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace v0
}  // namespace tenon
