// Internal: uploads from memory that the device cannot read by itself.
#pragma once
#include <array>
#include <mutex>

#include "tenon/core/backend.h"
#include "tenon/core/device.h"

namespace tenon::inline v0::detail {

/// A few pinned buffers, used in turn: the host fills one while the device reads the others. When `upload` returns, the
/// source may be overwritten.
class StagingRing {
 public:
  StagingRing(Device device, const DeviceFunctions& functions) : device_(device), functions_(functions) {}
  void upload(void* to, const void* from, size_t bytes, void* stream);

 private:
  static constexpr size_t buffer_size = size_t{2} << 20;
  struct Buffer {
    void* memory = nullptr;
    void* event = nullptr;
  };
  Buffer& next_buffer();

  const Device device_;
  const DeviceFunctions& functions_;
  std::mutex mutex_;
  std::array<Buffer, 4> buffers_;
  size_t turn_ = 0;
};

}  // namespace tenon::inline v0::detail
