#include "tenon/core/memory.h"

#include <algorithm>

#include "tenon/core/backends.h"
#include "tenon/core/check.h"
#include "tenon/core/geometry.h"
#include "tenon/core/memory/big_blocks.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/detail/device_state.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0 {

using detail::CachingAllocator;
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

namespace {

CachingAllocator* pinned_memory_of(Device device) { return device.is_cpu() ? nullptr : device_state(device).pinned; }

Array take_pinned(const Shape& shape, const Shape& strides, DType dtype, CachingAllocator& pinned) {
  struct Owner {
    CachingAllocator* memory;
    void* block;
    Owner(CachingAllocator* from, size_t size) : memory(from), block(from->take(size, nullptr)) {}
    Owner(Owner&& o) noexcept : memory(o.memory), block(std::exchange(o.block, nullptr)) {}
    ~Owner() {
      if (block) memory->give(block);
    }
  };
  // A shape that cannot be is refused below.
  Owner owner(&pinned, static_cast<size_t>(std::max<int64_t>(shape.numel(), 0)) * size_of(dtype));
  void* data = owner.block;
  Array out = Array::from_memory(data, shape, strides, dtype, std::move(owner));
  out.storage()->pinned = true;
  return out;
}

}  // namespace

Array detail::empty_pinned(const Array& like, CachingAllocator& pinned) {
  return take_pinned(like.shape(), dense_strides_in_order(like.raw()), like.dtype(), pinned);
}

Array empty_pinned(const Shape& shape, DType dtype, Device device) {
  CachingAllocator* pinned = pinned_memory_of(device);
  return pinned ? take_pinned(shape, detail::row_major_strides(shape), dtype, *pinned) : empty(shape, dtype);
}

Array pin_memory(const Array& x, Device device) {
  TENON_CHECK(x.defined(), ValueError, "pin_memory: the array is not defined");
  TENON_CHECK(x.device().is_cpu(), DeviceError, "pin_memory: the array is on ", x.device(), "; call .cpu() first");
  CachingAllocator* pinned = pinned_memory_of(device);
  if (!pinned || x.numel() == 0 || pinned->holds(x.data())) return x;
  Array out = detail::empty_pinned(x, *pinned);
  out.copy_(x);
  return out;
}

Array pin_memory(const Array& x) { return pin_memory(x, accelerator()); }

}  // namespace tenon::inline v0
