// Scratch memory that is aligned as the libraries want it.
#pragma once
#include <cstdint>

#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

class AlignedWorkspace {
 public:
  static constexpr size_t alignment = 256;

  AlignedWorkspace(const Launch& launch, size_t bytes)
      : memory_(launch, bytes ? bytes + alignment : 0), wanted_(bytes > 0) {}
  /// Whether there is as much as was asked for.
  bool ok() const { return !wanted_ || memory_; }
  /// Null if nothing was asked for.
  template <class T = void>
  T* as() const {
    auto* bytes = memory_.as<char>();
    if (!bytes) return nullptr;
    return reinterpret_cast<T*>(bytes + (-reinterpret_cast<uintptr_t>(bytes) & (alignment - 1)));
  }

 private:
  Workspace memory_;
  bool wanted_;
};

}  // namespace tenon::inline v0::cuda_backend
