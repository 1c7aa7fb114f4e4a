// How a kernel reports an index out of range.
#pragma once
#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

/// A kernel's argument: `FaultReport report(launch)` on the host, `report(index)` in the kernel.
struct FaultReport {
  Fault* fault;
  unsigned long long op;

  explicit FaultReport(const Launch& launch)
      : fault(fault_of(launch)), op(reinterpret_cast<unsigned long long>(launch.op)) {}
  explicit operator bool() const { return fault; }

  /// One of several reports stays; both words go in one store.
  TENON_INLINE void operator()(int64_t index) const {
    if (*reinterpret_cast<volatile unsigned long long*>(&fault->op)) return;
    *reinterpret_cast<ulonglong2*>(fault) = {op, static_cast<unsigned long long>(index)};
  }
};

}  // namespace tenon::inline v0::cuda_backend
