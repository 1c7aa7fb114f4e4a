#include "tenon/core/memory/detail/staging_ring.h"

#include <algorithm>
#include <cstring>

#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0::detail {

StagingRing::Buffer& StagingRing::next_buffer() {
  Buffer& buffer = buffers_[turn_];
  turn_ = (turn_ + 1) % buffers_.size();
  if (!buffer.memory) check_device(functions_.allocate_pinned(buffer_size, &buffer.memory), device_, "to");
  if (buffer.event) {
    check_device(functions_.synchronize_event(device_.index, buffer.event), device_, "to");
  } else {
    check_device(functions_.create_event(device_.index, &buffer.event), device_, "to");
  }
  return buffer;
}

void StagingRing::upload(void* to, const void* from, size_t bytes, void* stream) {
  std::lock_guard lock(mutex_);
  for (size_t at = 0; at < bytes; at += buffer_size) {
    const size_t piece = std::min(buffer_size, bytes - at);
    const Buffer& buffer = next_buffer();
    std::memcpy(buffer.memory, static_cast<const char*>(from) + at, piece);
    check_device(functions_.copy(device_.index, static_cast<char*>(to) + at, buffer.memory, piece,
                                 DeviceFunctions::Copy::to_device, stream),
                 device_, "to");
    check_device(functions_.record_event(device_.index, buffer.event, stream), device_, "to");
  }
}

}  // namespace tenon::inline v0::detail
