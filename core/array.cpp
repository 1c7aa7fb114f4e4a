#include "tenon/core/array.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/geometry.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0 {

namespace detail {

void mark_write(Storage& storage, const char* op) {
  TENON_CHECK(!storage.read_only, ReadOnlyError, op, ": memory is read-only",
              std::string_view(op) == "view" ? "; use view<const T, N>()" : "");
  __atomic_fetch_add(&storage.version, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&storage.last_writer, op, __ATOMIC_RELAXED);
}

void free_storage(Storage* storage) {
  if (storage->release) [[unlikely]] {
    storage->release(storage->owner);
  } else if (!storage->device.is_cpu()) [[unlikely]] {
    if (storage->data) device_state(storage->device).memory.give(storage->data);
  }
  give_block(storage, storage->block_class);
}

/// A Storage for `bytes` on `device`; on the CPU header and data are one block.
static Storage* make_storage(size_t bytes, Device device) {
  uint16_t block_class;
  void* block = take_block(sizeof(Storage) + (device.is_cpu() ? bytes : 0), block_class);
  auto* storage = new (block) Storage;
  storage->block_class = block_class;
  storage->bytes = bytes;
  storage->device = device;
  if (device.is_cpu()) [[likely]] {
    storage->data = static_cast<char*>(block) + sizeof(Storage);
    return storage;
  }
  try {
    if (bytes > 0) storage->data = device_state(device).memory.take(bytes, native_stream(device));
  } catch (...) {
    give_block(block, block_class);
    throw;
  }
  return storage;
}

}  // namespace detail

namespace {

/// Bytes of an array; throws ShapeError for a negative size, OutOfMemoryError where the product overflows. Sizes of 0
/// count as 1 in that: then no product of sizes overflows later.
size_t bytes_for(const int64_t* shape, int ndim, DType dtype) {
  int64_t bytes = static_cast<int64_t>(size_of(dtype));
  bool overflow = false, zero = false;
  for (int i = 0; i < ndim; ++i) {
    TENON_CHECK(shape[i] >= 0, ShapeError, "negative size in shape ", Shape(shape, static_cast<size_t>(ndim)));
    zero |= shape[i] == 0;
    overflow |= __builtin_mul_overflow(bytes, shape[i] + (shape[i] == 0), &bytes);
  }
  TENON_CHECK(!overflow, OutOfMemoryError, "shape ", Shape(shape, static_cast<size_t>(ndim)),
              " is more than memory can hold");
  return zero ? 0 : static_cast<size_t>(bytes);
}

}  // namespace

Array empty(const int64_t* shape, int ndim, DType dtype, Device device) {
  Array a;
  a.dtype_ = dtype;
  a.device_ = device;
  a.ndim_ = static_cast<uint8_t>(ndim);
  a.layout_ = row_major | dense;
  int64_t stride = 1;
  bool zero = false, wrong = false;
  for (int i = ndim - 1; i >= 0; --i) {
    a.shape_[i] = shape[i];
    a.strides_[i] = stride;
    zero |= shape[i] == 0;
    wrong |= shape[i] < 0;
    wrong |= __builtin_mul_overflow(stride, shape[i] + (shape[i] == 0), &stride);
  }
  wrong |= __builtin_mul_overflow(stride, static_cast<int64_t>(size_of(dtype)), &stride);
  const size_t bytes = wrong ? bytes_for(shape, ndim, dtype) : zero ? 0 : static_cast<size_t>(stride);
  a.storage_ = detail::make_storage(bytes, device);
  a.data_ = a.storage_->data;
  if (ndim == 4) a.layout_ = detail::layout_of(a.shape_, a.strides_, ndim);
  return a;
}

Array empty_strided(const int64_t* shape, const int64_t* strides, int ndim, DType dtype, Device device) {
  Array a;
  a.storage_ = detail::make_storage(bytes_for(shape, ndim, dtype), device);
  a.data_ = a.storage_->data;
  a.dtype_ = dtype;
  a.device_ = device;
  a.set_geometry(shape, strides, ndim);
  return a;
}

Array empty_like(const Array& x, DType dtype) {
  const View v = x.raw();
  const int64_t elements = v.numel();
  if (v.layout & dense && elements > 0) [[likely]] {  // which there is memory for: nothing overflows
    Array a;
    a.storage_ = detail::make_storage(static_cast<size_t>(elements) * size_of(dtype), x.device_);
    a.data_ = a.storage_->data;
    a.dtype_ = dtype;
    a.device_ = x.device_;
    a.take_geometry(x);
    return a;
  }
  if (v.layout & dense) return empty_strided(v.shape, v.strides, v.ndim, dtype, x.device());
  TENON_CHECK(x.defined(), ValueError, "empty_like: the input is not defined");  // its layout is none
  const Shape strides = detail::dense_strides_in_order(v);
  return empty_strided(v.shape, strides.begin(), v.ndim, dtype, x.device());
}

void Array::set_geometry(const int64_t* shape, const int64_t* strides, int ndim) {
  ndim_ = static_cast<uint8_t>(ndim);
  for (int i = 0; i < ndim; ++i) {
    shape_[i] = shape[i];
    strides_[i] = strides[i];
  }
  layout_ = detail::layout_of(shape_, strides_, ndim);
}

Array Array::adopt(void* data, const Shape& shape, const Shape* strides, DType dtype, bool read_only, void* owner,
                   void (*release)(void*)) {
  Array a;
  try {
    const Shape& chosen = strides ? *strides : detail::row_major_strides(shape);
    TENON_CHECK(chosen.ndim() == shape.ndim(), ShapeError, "from_memory: ", shape.ndim(), " dimensions but ",
                chosen.ndim(), " strides");
    TENON_CHECK(reinterpret_cast<uintptr_t>(data) % size_of(dtype) == 0, ValueError,
                "from_memory: the address is not aligned to ", name_of(dtype));
    for (int64_t stride : chosen) TENON_CHECK(stride >= 0, ValueError, "from_memory: negative stride in ", chosen);
    const size_t bytes = bytes_for(shape.begin(), shape.ndim(), dtype);
    TENON_CHECK(data || bytes == 0, ValueError, "from_memory: the address is null");
    a.storage_ = detail::make_storage(0, tenon::cpu);
    a.storage_->bytes = bytes;
    a.set_geometry(shape.begin(), chosen.begin(), shape.ndim());
  } catch (...) {
    release(owner);
    throw;
  }
  a.storage_->data = a.data_ = data;
  a.storage_->read_only = read_only;
  a.storage_->owner = owner;
  a.storage_->release = release;
  a.dtype_ = dtype;
  a.device_ = tenon::cpu;
  return a;
}

Array Array::view_as(void* data, const Shape& shape, const Shape& strides) const {
  Array a;
  a.storage_ = storage_;
  if (storage_) detail::retain(storage_->count);
  a.data_ = data;
  a.dtype_ = dtype_;
  a.device_ = device_;
  a.set_geometry(shape.begin(), strides.begin(), shape.ndim());
  return a;
}

/// As a program writes it: `view<float, 2>()`.
static const char* type_name_of(DType dtype) {
  constexpr const char* names[dtype_count] = {"bool",    "uint8_t",  "int8_t", "int32_t", "int64_t",
                                              "Float16", "BFloat16", "float",  "double"};
  return names[static_cast<int>(dtype)];
}

void Array::check_view(DType dtype, int ndim, bool write, bool host) const {
  TENON_CHECK(storage_, ValueError, "view: the array is not defined");
  if (host && !device_.is_cpu()) {
    throw DeviceError(
        text("view<", type_name_of(dtype), ", ", ndim, ">(): array is on ", device_, "; call .cpu() first"));
  }
  TENON_CHECK(dtype == dtype_, DTypeError, "view: array is ", name_of(dtype_), ", not ", name_of(dtype));
  TENON_CHECK(ndim == ndim_, ShapeError, "view: array has ", int{ndim_}, " dimensions, not ", ndim, " (shape ", shape(),
              ")");
  if (write) mark_write("view");
  // What the view is given to runs on the thread's current stream.
  if (!device_.is_cpu() && detail::several_streams()) {
    detail::device_state(device_).memory.note_use(data_, device_.index, detail::native_stream(device_));
  }
}

namespace {
template <class T>
Scalar read_scalar(const void* data) {
  if constexpr (std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>) {
    return static_cast<float>(*static_cast<const T*>(data));
  } else {
    return *static_cast<const T*>(data);
  }
}
}  // namespace

Scalar Array::scalar_value() const {
  TENON_CHECK(storage_, ValueError, "item: the array is not defined");
  TENON_CHECK(numel() == 1, ShapeError, "item: array has ", numel(), " elements (shape ", shape(), ")");
  if (!device_.is_cpu()) return cpu().scalar_value();
  constexpr Scalar (*readers[dtype_count])(const void*) = {
      read_scalar<bool>,    read_scalar<uint8_t>,  read_scalar<int8_t>, read_scalar<int32_t>, read_scalar<int64_t>,
      read_scalar<Float16>, read_scalar<BFloat16>, read_scalar<float>,  read_scalar<double>};
  return readers[static_cast<int>(dtype_)](data_);
}

}  // namespace tenon::inline v0
