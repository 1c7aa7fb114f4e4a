// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/math/host_device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// How a kernel ended.
enum class StatusCode : int32_t { ok, unsupported, out_of_memory, device_fault, library };

/// A kernel's answer. `text` says more; it is a literal, or lives in the backend until the thread's next kernel.
/// Core puts the op's name before it and throws: no exception crosses a library's border.
struct Status {
  StatusCode code = StatusCode::ok;
  const char* text = "";
};

struct Launch;

/// What core does for a kernel while it runs.
struct Services {
  /// `bytes` of scratch memory, 64-byte aligned, ordered on the launch's stream. Null when there is none left.
  void* (*workspace)(const Launch& launch, size_t bytes);
  void (*release)(const Launch& launch, void* workspace);
  /// An index out of range was met: the op throws IndexError when a CPU call returns, or at the next synchronisation.
  void (*data_fault)(const Launch& launch, int64_t index);
  void (*log)(const char* text);
};

/// What a kernel is told besides its operands.
struct Launch {
  enum Flags : uint32_t { deterministic = 1, tf32 = 2, benchmark = 4 };

  const char* op;            ///< the op's name: a literal
  void* stream;              ///< the device's native stream
  const Services* services;  ///< valid for the life of the process
  void* context;             ///< core's own
  int32_t device;            ///< index within the backend
  uint32_t flags;

  TENON_INLINE bool is(Flags flag) const { return flags & flag; }
};

}  // namespace v0
}  // namespace tenon
