#include "tenon/core/memory.h"

#include "tenon/core/check.h"
#include "tenon/core/geometry.h"
#include "tenon/core/memory/big_blocks.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0 {

using detail::device_state;

MemoryStats memory_stats(Device device) {
  if (!device.is_cpu()) return device_state(device).memory.stats();
  MemoryStats stats = detail::big_block_stats();
  const detail::SmallBlockStats small = detail::small_block_stats();
  stats.allocated += small.reserved - small.free;
  stats.peak += small.reserved;
  return stats;
}

void reset_peak_memory_stats(Device device) {
  device.is_cpu() ? detail::reset_big_block_peak() : device_state(device).memory.reset_peak();
}

void empty_cache(Device device) {
  device.is_cpu() ? detail::empty_host_cache() : device_state(device).memory.empty_cache();
}

void set_memory_limit(Device device, size_t bytes) {
  device.is_cpu() ? detail::set_host_limit(bytes) : device_state(device).memory.set_limit(bytes);
}

Array detail::empty_pinned(const Array& like, CachingAllocator& pinned) {
  struct Owner {
    CachingAllocator* memory;
    void* block;
    Owner(CachingAllocator* from, size_t size) : memory(from), block(from->take(size, nullptr)) {}
    Owner(Owner&& o) noexcept : memory(o.memory), block(std::exchange(o.block, nullptr)) {}
    ~Owner() {
      if (block) memory->give(block);
    }
  };
  Owner owner(&pinned, static_cast<size_t>(like.numel()) * size_of(like.dtype()));
  void* data = owner.block;
  Array out =
      Array::from_memory(data, like.shape(), dense_strides_in_order(like.raw()), like.dtype(), std::move(owner));
  out.storage()->pinned = true;
  return out;
}

Array pin_memory(const Array& x, Device device) {
  TENON_CHECK(x.defined(), ValueError, "pin_memory: the array is not defined");
  TENON_CHECK(x.device().is_cpu(), DeviceError, "pin_memory: the array is on ", x.device(), "; call .cpu() first");
  detail::CachingAllocator* pinned = device.is_cpu() ? nullptr : device_state(device).pinned;
  const size_t bytes = static_cast<size_t>(x.numel()) * size_of(x.dtype());
  if (!pinned || bytes == 0 || pinned->holds(x.data())) return x;
  Array out = detail::empty_pinned(x, *pinned);
  out.copy_(x);
  return out;
}

}  // namespace tenon::inline v0
