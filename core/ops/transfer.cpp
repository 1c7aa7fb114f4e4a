// Between devices.
#include "tenon/core/check.h"
#include "tenon/core/memory/detail/device_state.h"
#include "tenon/core/ops/layout.h"
#include "tenon/core/streams.h"

namespace tenon::inline v0 {

using detail::device_state;
using detail::DeviceState;
using detail::finish_on_device;
using detail::note_op;
using Copy = DeviceFunctions::Copy;

namespace {

void download(const Array& source, const Array& out, size_t bytes, bool async) {
  const Device device = source.device();
  DeviceState& state = device_state(device);
  const Stream stream = current_stream(device);
  const bool waits = !async || !state.pinned;
  if (!waits) {
    state.pinned->note_use(out.data(), device.index, stream.native());
    state.memory.note_use(source.data(), device.index, stream.native());
  }
  finish_on_device(
      device, stream.native(), "to",
      state.functions.copy(device.index, out.data(), source.data(), bytes, Copy::to_host, stream.native()));
  if (waits) stream.synchronize();
}

void upload(const Array& source, const Array& out, size_t bytes, bool async) {
  const Device device = out.device();
  DeviceState& state = device_state(device);
  const Stream stream = current_stream(device);
  const bool pinned = state.pinned && state.pinned->holds(source.data());
  if (state.pinned && !pinned) {
    state.staging.upload(out.data(), source.data(), bytes, stream.native());
    return finish_on_device(device, stream.native(), "to", {});
  }
  if (pinned) state.pinned->note_use(source.data(), device.index, stream.native());
  finish_on_device(
      device, stream.native(), "to",
      state.functions.copy(device.index, out.data(), source.data(), bytes, Copy::to_device, stream.native()));
  if (!pinned || !async) stream.synchronize();
}

/// Between two devices of one backend, on the target's stream: it waits for the source's, which then waits for the
/// copy, so that what is written there later is not what is copied.
void copy_across(const Array& source, const Array& out, size_t bytes) {
  const Device from = source.device(), to = out.device();
  detail::check_not_lost(from);
  const Stream stream = current_stream(to);
  const Stream source_stream = current_stream(from);
  stream.wait(Event(source_stream));
  device_state(from).memory.note_use(source.data(), to.index, stream.native());
  finish_on_device(
      to, stream.native(), "to",
      device_state(to).functions.copy(to.index, out.data(), source.data(), bytes, Copy::on_device, stream.native()));
  source_stream.wait(Event(stream));
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
  note_op(device.is_cpu() ? from : device, "to");
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
