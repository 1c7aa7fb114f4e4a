#include "tenon/core/streams.h"

#include <atomic>
#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0 {

using detail::check_device;
using detail::device_state;
using detail::DeviceState;

namespace {

/// A thread's current streams, there once it has set one, until it ends: then the default streams are current. Not
/// among the thread's own data, which are to stay small.
struct CurrentStreams {
  void* of[detail::max_backends][detail::max_devices] = {};
};
constinit thread_local CurrentStreams* current = nullptr;
constinit std::atomic<bool> side_streams{false};

CurrentStreams& own_streams() {
  struct Owner {
    ~Owner() { delete std::exchange(current, nullptr); }
  };
  thread_local const Owner owner;
  if (!current) current = new CurrentStreams;
  static_cast<void>(owner);
  return *current;
}

}  // namespace

namespace detail {

void* native_stream(Device device) { return current ? current->of[device.backend][device.index] : nullptr; }
bool several_streams() { return side_streams.load(std::memory_order_relaxed); }

}  // namespace detail

Stream::Stream(Device device) : device_(device) {
  if (device.is_cpu()) return;
  DeviceState& state = device_state(device);
  if (!state.functions.create_stream) return;
  side_streams = true;
  std::lock_guard lock(state.mutex);
  if (state.idle_streams.empty()) {
    check_device(state.functions.create_stream(device.index, &native_), device, "Stream");
  } else {
    native_ = state.idle_streams.back();
    state.idle_streams.pop_back();
  }
  owner_ = std::shared_ptr<void>(native_, [&state](void* stream) {
    std::lock_guard back(state.mutex);
    state.idle_streams.push_back(stream);
  });
}

Stream Stream::default_of(Device device) { return {device, nullptr, nullptr}; }

Stream Stream::wrap(Device device, void* native) {
  side_streams = true;
  return {device, native, nullptr};
}

void Stream::wait(const Event& event) const {
  if (!event.native_) return;
  TENON_CHECK(event.device_.backend == device_.backend, DeviceError, "Stream::wait: the event is on ", event.device_,
              ", the stream on ", device_);
  check_device(device_state(device_).functions.wait_event(device_.index, event.native_.get(), native_), device_,
               "Stream::wait");
}

void Stream::synchronize() const {
  if (device_.is_cpu()) return;
  const auto wait = device_state(device_).functions.synchronize_stream;
  if (wait) check_device(wait(device_.index, native_), device_, "synchronize");
  detail::throw_faults(device_);
}

Event::Event(const Stream& stream) : device_(stream.device()) {
  if (device_.is_cpu()) return;
  const DeviceFunctions& functions = device_state(device_).functions;
  if (!functions.create_event) return;  // in order with its caller: it has been passed
  void* event = nullptr;
  check_device(functions.create_event(device_.index, &event), device_, "Event");
  native_ =
      std::shared_ptr<void>(event, [&functions, index = device_.index](void* e) { functions.destroy_event(index, e); });
  check_device(functions.record_event(device_.index, event, stream.native()), device_, "Event");
}

bool Event::done() const {
  if (!native_) return true;
  bool done = false;
  check_device(device_state(device_).functions.query_event(device_.index, native_.get(), &done), device_,
               "Event::done");
  return done;
}

void Event::synchronize() const {
  if (device_.is_cpu()) return;
  if (native_) {
    check_device(device_state(device_).functions.synchronize_event(device_.index, native_.get()), device_,
                 "Event::synchronize");
  }
  detail::throw_faults(device_);
}

Stream current_stream(Device device) {
  if (!device.is_cpu()) device_state(device);  // throws where there is no such device
  void* native = detail::native_stream(device);
  return native ? Stream::wrap(device, native) : Stream::default_of(device);
}

void set_current_stream(const Stream& stream) {
  if (!stream.device().is_cpu()) device_state(stream.device());
  if (current || stream.native()) own_streams().of[stream.device().backend][stream.device().index] = stream.native();
}

void synchronize(Device device) {
  if (device.is_cpu()) return;
  const auto wait = device_state(device).functions.synchronize_device;
  if (wait) check_device(wait(device.index), device, "synchronize");
  detail::throw_faults(device);
}

}  // namespace tenon::inline v0
