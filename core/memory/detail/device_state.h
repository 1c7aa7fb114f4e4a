// Internal: what core keeps for each device besides the CPU.
#pragma once
#include <mutex>
#include <vector>

#include "tenon/core/dispatch.h"
#include "tenon/core/memory/detail/caching_allocator.h"
#include "tenon/core/memory/detail/staging_ring.h"

namespace tenon::inline v0::detail {

struct DeviceState {
  explicit DeviceState(Device of);

  const Device device;
  const DeviceFunctions& functions;
  CachingAllocator memory;
  CachingAllocator* pinned;  ///< the backend's pinned host memory, shared by its devices; null: it has none
  StagingRing staging;
  LaunchContext context;  ///< of every launch: collects faults until somebody waits
  std::mutex mutex;
  std::vector<void*> idle_streams;  ///< side streams that nobody holds: never destroyed, since blocks remember them
};

/// Made when a device is first used; never destroyed. Throws DeviceError where there is no such device.
DeviceState& device_state(Device device);

/// An array in pinned host memory, dense, in the order of `like`'s strides. `like` has elements.
Array empty_pinned(const Array& like, CachingAllocator& pinned);

/// After a wait: throws IndexError for what kernels of the device reported since the last one.
void throw_faults(Device device);

}  // namespace tenon::inline v0::detail
