#include "tenon/core/memory/detail/device_state.h"

#include <array>
#include <atomic>

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

namespace {

using States = std::array<std::array<std::atomic<DeviceState*>, max_devices>, max_backends>;
constinit States states{};
constinit std::mutex states_mutex;

CachingAllocator* pinned_memory_of(Device device) {
  static std::array<CachingAllocator*, max_backends> pinned{};
  const DeviceFunctions& functions = backends[device.backend].device;
  if (!functions.allocate_pinned) return nullptr;
  CachingAllocator*& of = pinned[device.backend];
  if (!of) of = new CachingAllocator({device.backend, 0}, functions, CachingAllocator::Kind::pinned);
  return of;
}

int32_t count_of(Device device) {
  const auto count = backends[device.backend].device.count;
  return count ? count() : 0;
}

[[noreturn]] void throw_no_device(Device device) {
  TENON_CHECK(device.backend < max_backends && *backends[device.backend].name, DeviceError,
              "device: there is no backend ", int{device.backend});
  const int32_t count = count_of(device);
  throw DeviceError(text("device: there is no ", device, "; ", backends[device.backend].name, " has ", count,
                         count == 1 ? " device" : " devices"));
}

}  // namespace

DeviceState::DeviceState(Device of)
    : device(of),
      functions(backends[of.backend].device),
      memory(of, functions),
      pinned(pinned_memory_of(of)),
      staging(of, functions),
      context{of} {}

DeviceState& device_state(Device device) {
  if (device.backend >= max_backends || device.index < 0 || device.index >= max_devices) [[unlikely]]
    throw_no_device(device);
  std::atomic<DeviceState*>& place = states[device.backend][static_cast<size_t>(device.index)];
  if (DeviceState* state = place.load(std::memory_order_acquire)) [[likely]]
    return *state;
  std::lock_guard lock(states_mutex);
  if (!place.load(std::memory_order_relaxed)) {
    if (device.index >= count_of(device)) throw_no_device(device);
    place.store(new DeviceState(device), std::memory_order_release);
  }
  return *place.load(std::memory_order_relaxed);
}

void throw_faults(Device device) {
  const LaunchContext reported = take_faults(device_state(device).context);
  if (reported.fault == LaunchContext::no_fault) return;
  throw IndexError(text(reported.op, ": index ", reported.fault, " is out of range (on ", device, ")"));
}

}  // namespace tenon::inline v0::detail
