#include "tenon/core/memory/device_memory.h"

#include "tenon/core/check.h"
#include "tenon/core/dispatch.h"

namespace tenon::inline v0::detail {

void allocate_device_memory(Storage& storage) {
  const Device device = storage.device;
  const Status status = backends[device.backend].device.allocate(device.index, storage.bytes, &storage.data);
  TENON_CHECK(status.code == StatusCode::ok, OutOfMemoryError, "out of memory on ", device, ": ", storage.bytes,
              " bytes asked: ", status.text);
}

void release_device_memory(Storage& storage) noexcept {
  backends[storage.device.backend].device.release(storage.device.index, storage.data);
}

}  // namespace tenon::inline v0::detail
