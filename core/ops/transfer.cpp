// Between devices.
#include "tenon/core/check.h"
#include "tenon/core/memory/detail/device_state.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"

namespace tenon::inline v0 {

using detail::check_device;
using detail::device_state;
using detail::DeviceState;
using Copy = DeviceFunctions::Copy;

namespace {

void download(const Array& source, const Array& out, size_t bytes, bool async) {
  const Device device = source.device();
  DeviceState& state = device_state(device);
  const Stream stream = current_stream(device);
  check_device(state.functions.copy(device.index, out.data(), source.data(), bytes, Copy::to_host, stream.native()),
               device, "to");
  if (async && state.pinned) return state.pinned->note_use(out.data(), device.index, stream.native());
  stream.synchronize();
}

void upload(const Array& source, const Array& out, size_t bytes, bool async) {
  const Device device = out.device();
  DeviceState& state = device_state(device);
  const Stream stream = current_stream(device);
  const bool pinned = state.pinned && state.pinned->holds(source.data());
  if (state.pinned && !pinned) return state.staging.upload(out.data(), source.data(), bytes, stream.native());
  check_device(state.functions.copy(device.index, out.data(), source.data(), bytes, Copy::to_device, stream.native()),
               device, "to");
  if (pinned) state.pinned->note_use(source.data(), device.index, stream.native());
  if (!pinned || !async) stream.synchronize();
}

/// Between two devices of one backend: the target's stream waits for the source's.
void copy_across(const Array& source, const Array& out, size_t bytes) {
  const Device from = source.device(), to = out.device();
  const Stream stream = current_stream(to);
  stream.wait(Event(current_stream(from)));
  check_device(
      device_state(to).functions.copy(to.index, out.data(), source.data(), bytes, Copy::on_device, stream.native()), to,
      "to");
  device_state(from).memory.note_use(source.data(), to.index, stream.native());
}

}  // namespace

Array to_device(const Array& x, Device device, ToOptions options) {
  TENON_CHECK(x.defined(), ValueError, "to: the array is not defined");
  const Device from = x.device();
  if (from == device) return x;
  if (!from.is_cpu() && !device.is_cpu() && from.backend != device.backend) return to_device(to_device(x, cpu), device);
  // Gaps stay behind; a dense source keeps its stride order.
  const Array source = x.raw().layout & dense ? x : clone(x);
  const View v = source.raw();
  const size_t bytes = static_cast<size_t>(v.numel()) * size_of(v.dtype);
  detail::CachingAllocator* pinned = device.is_cpu() && options.async ? device_state(from).pinned : nullptr;
  Array out = pinned && bytes > 0 ? detail::empty_pinned(source, *pinned)
                                  : empty_strided(v.shape, v.strides, v.ndim, v.dtype, device);
  if (bytes == 0) return out;
  if (device.is_cpu()) {
    download(source, out, bytes, options.async);
  } else if (from.is_cpu()) {
    upload(source, out, bytes, options.async);
  } else {
    copy_across(source, out, bytes);
  }
  return out;
}

}  // namespace tenon::inline v0
