#pragma once
#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::cpu_level {

/// Scratch memory of a launch, given back at the end of the scope; null where there is none left.
class Workspace {
 public:
  TENON_INLINE Workspace(const Launch& launch, size_t bytes)
      : launch_(launch), memory_(launch.services->workspace(launch, bytes)) {}
  TENON_INLINE ~Workspace() {
    if (memory_) launch_.services->release(launch_, memory_);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  TENON_INLINE void* get() const { return memory_; }

 private:
  const Launch& launch_;
  void* memory_;
};
constexpr Status no_workspace{StatusCode::out_of_memory, "no memory for a workspace"};

}  // namespace tenon::inline v0::cpu_level
