#pragma once
#include "tenon/core/storage.h"

namespace tenon::inline v0::detail {

/// Memory of `storage.bytes` on `storage.device`, from that device's caching allocator. Throws OutOfMemoryError.
void allocate_device_memory(Storage& storage);
void release_device_memory(Storage& storage) noexcept;

}  // namespace tenon::inline v0::detail
