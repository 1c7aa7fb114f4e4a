#pragma once
#include <cstddef>

#include "tenon/core/array.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Bytes of a device's memory. What is reserved and not allocated is cached: kept for the next allocation.
struct MemoryStats {
  size_t allocated = 0;  ///< in use by arrays and workspaces, rounded up to whole blocks
  size_t reserved = 0;   ///< taken from the system
  size_t peak = 0;   ///< the most that was allocated; on the CPU small blocks count with all that is reserved for them
  size_t limit = 0;  ///< the most that may be reserved; 0: whatever there is
};
MemoryStats memory_stats(Device device = cpu);
/// From now on the peak counts from what is allocated at present.
void reset_peak_memory_stats(Device device = cpu);
/// Gives cached memory back to the system. Waits for the device. On the CPU blocks of up to 8 KiB stay, and a few of up
/// to 64 KiB that other threads keep at hand.
void empty_cache(Device device = cpu);
/// The most that may be reserved on the device; 0 takes the limit away. Allocating beyond it throws OutOfMemoryError,
/// after cached memory was given back as empty_cache does.
void set_memory_limit(Device device, size_t bytes);

/// Uninitialised elements, C order, on the CPU: in pinned host memory, from which `device` uploads without waiting, or
/// in ordinary memory where the device's backend has none of that.
Array empty_pinned(const Shape& shape, DType dtype, Device device);
/// A copy of x (an array on the CPU) in pinned host memory, from which `device` uploads without waiting; x itself where
/// it is that already, or where the device's backend has no pinned memory. Throws DeviceError for an x on a device.
Array pin_memory(const Array& x, Device device);
/// The same for `accelerator()`, which throws DeviceError where there is no device but the CPU.
Array pin_memory(const Array& x);

}  // namespace v0
}  // namespace tenon
