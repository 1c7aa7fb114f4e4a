// Between devices.
#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"

namespace tenon::inline v0 {

using detail::backends;

namespace {

void check(Status status, Device device) {
  TENON_CHECK(status.code == StatusCode::ok, DeviceError, "to: copy failed on ", device, ": ", status.text);
}

}  // namespace

Array to_device(const Array& x, Device device, ToOptions) {
  TENON_CHECK(x.defined(), ValueError, "to: the array is not defined");
  if (x.device() == device) return x;
  if (!x.device().is_cpu() && !device.is_cpu()) return to_device(to_device(x, cpu), device);
  // Gaps stay behind; a dense source keeps its stride order.
  const Array source = x.raw().layout & dense ? x : clone(x);
  const View v = source.raw();
  Array out = empty_strided(v.shape, v.strides, v.ndim, v.dtype, device);
  const size_t bytes = static_cast<size_t>(v.numel()) * size_of(v.dtype);
  if (bytes == 0) return out;
  const Device other = device.is_cpu() ? x.device() : device;
  const auto kind = device.is_cpu() ? DeviceFunctions::Copy::to_host : DeviceFunctions::Copy::to_device;
  const DeviceFunctions& functions = backends[other.backend].device;
  void* stream = detail::native_stream(other);
  check(functions.copy(other.index, out.data(), source.data(), bytes, kind, stream), other);
  check(functions.synchronize_stream(other.index, stream), other);
  return out;
}

}  // namespace tenon::inline v0
