// Internal: how core/ops reach a kernel.
#pragma once
#include "tenon/core/array.h"
#include "tenon/core/backend.h"

namespace tenon::inline v0::detail {

inline constexpr int max_backends = 8;
/// The tables of all backends; the CPU's is the first.
extern Backend backends[max_backends];
/// Names a kernel: `kernels.arithmetic.add`. The device decides whose slot is taken.
inline const Backend& kernels = backends[0];

template <class S>
const S& slot_on(const S& slot, Device device) {
  return *reinterpret_cast<const S*>(reinterpret_cast<const char*>(&slot) + device.backend * sizeof(Backend));
}

/// What the indices that a kernel reads must lie in: [0, size).
struct IndexRange {
  int axis;
  int64_t size;
};

/// What a kernel reported through its Launch while it ran.
struct LaunchContext {
  const IndexRange* range = nullptr;  ///< for the text of the error
  int64_t fault = no_fault;
  static constexpr int64_t no_fault = INT64_MIN;
};

Launch make_launch(const char* op, Device device, LaunchContext& context);
[[noreturn]] void throw_wrong_dtype(const char* op, DType dtype, DTypes accepted);
[[noreturn]] void throw_no_kernel(const char* op, Device device);
[[noreturn]] void throw_failed(const char* op, Device device, Status status, const LaunchContext& context);

template <class... Params, class... Args>
void run_in(LaunchContext& context, const Slot<Status(Params...)>& cpu_slot, Device device, DType dtype,
            const Args&... args) {
  const auto& slot = slot_on(cpu_slot, device);
  if (!contains(cpu_slot.accepted(), dtype)) [[unlikely]]
    throw_wrong_dtype(slot.name(), dtype, cpu_slot.accepted());
  if (!slot.function()) [[unlikely]]
    throw_no_kernel(cpu_slot.name(), device);
  const Launch launch = make_launch(slot.name(), device, context);
  const Status status = slot.function()(args..., launch);
  if (status.code != StatusCode::ok || context.fault != LaunchContext::no_fault) [[unlikely]] {
    throw_failed(slot.name(), device, status, context);
  }
}

/// Runs the device's kernel of a slot, after checking that the slot takes the dtype. Throws DTypeError for a dtype it
/// does not take, DeviceError where the backend has no such kernel, and what the kernel's status says.
template <class... Params, class... Args>
void run(const Slot<Status(Params...)>& slot, Device device, DType dtype, const Args&... args) {
  LaunchContext context;
  run_in(context, slot, device, dtype, args...);
}

/// The same for a kernel that reads indices. Throws IndexError for one out of range.
template <class... Params, class... Args>
void run_indexed(IndexRange range, const Slot<Status(Params...)>& slot, Device device, DType dtype,
                 const Args&... args) {
  LaunchContext context{&range};
  run_in(context, slot, device, dtype, args...);
}

}  // namespace tenon::inline v0::detail
