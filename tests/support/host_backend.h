// The least that a backend can be: memory of the host.
#pragma once
#include <cstdlib>

#include "tenon/core/backend.h"

namespace tenon::testing {

/// A table with devices and memory, and nothing else.
template <int32_t Devices = 1>
Backend host_backend(const char* name) {
  Backend backend;
  backend.name = name;
  backend.device.count = [] { return Devices; };
  backend.device.allocate = [](int32_t, size_t bytes, void** memory) -> Status {
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    return {};
  };
  backend.device.release = [](int32_t, void* memory) -> Status {
    std::free(memory);
    return {};
  };
  return backend;
}

}  // namespace tenon::testing
