#pragma once
#include "tenon/core/device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {
/// The native handle of the thread's current stream; null on the CPU.
inline void* native_stream(Device) { return nullptr; }
}  // namespace detail

}  // namespace v0
}  // namespace tenon
