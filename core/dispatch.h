// Internal: how core/ops reach a kernel.
#pragma once
#include "tenon/core/array.h"
#include "tenon/core/backend.h"
#include "tenon/core/device_fault.h"
#include "tenon/core/kernels/operands.h"

namespace tenon::inline v0::detail {

inline constexpr int max_backends = 8, max_devices = 16;
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

/// What kernels report through their Launch: on the CPU each has its own, on a device all share one.
struct LaunchContext {
  static constexpr int64_t no_fault = INT64_MIN;
  Device device;
  int64_t fault = no_fault;           ///< the first one
  const char* op = nullptr;           ///< the op that met it
  const IndexRange* range = nullptr;  ///< for the text of the error, on the CPU
};
/// What was reported, which is then forgotten.
LaunchContext take_faults(LaunchContext& context);

extern const Services services;
/// Of every launch. Relaxed: who changes them while kernels run gets either.
extern uint32_t launch_flags;
void set_launch_flag(Launch::Flags flag, bool on);
inline bool launch_flag(Launch::Flags flag) { return __atomic_load_n(&launch_flags, __ATOMIC_RELAXED) & flag; }
/// How often the number of threads was set: what changed it is told to each thread's OpenMP before its next kernel.
extern uint32_t thread_settings;
void adopt_num_threads();

/// The native handle of the thread's current stream.
void* native_stream(Device device);
/// Whether there is any stream besides default streams: else memory needs no note of who uses it.
bool several_streams();
/// Gives the launch the device's stream and context. Throws DeviceLost.
void launch_on_device(Launch& launch, Device device);
void note_use(const void* memory, const Launch& launch);

[[noreturn]] void throw_undefined(const char* op, size_t inputs);
/// Throws ValueError, naming the op, unless all are defined. Most ops are told so by what they call anyway; this is for
/// those that would be told in another op's name.
template <class... A>
void check_defined(const char* op, const A&... arrays) {
  if (!(arrays.defined() && ...)) [[unlikely]]
    throw_undefined(op, sizeof...(A));
}
[[noreturn]] void throw_wrong_dtype(const char* op, DType dtype, DTypes accepted);
[[noreturn]] void throw_no_kernel(const char* op, Device device);
[[noreturn]] void throw_failed(const char* op, Device device, Status status, const LaunchContext& context);

template <class... Params, class... Args>
void run_in(LaunchContext& context, const Slot<Status(Params...)>& cpu_slot, Device device, DType dtype,
            const Args&... args) {
  if (!contains(cpu_slot.accepted(), dtype)) [[unlikely]]
    throw_wrong_dtype(cpu_slot.name(), dtype, cpu_slot.accepted());
  const auto kernel = slot_on(cpu_slot, device).function();
  if (!kernel) [[unlikely]]
    throw_no_kernel(cpu_slot.name(), device);
  Launch launch{cpu_slot.name(), nullptr,      &services,
                &context,        device.index, __atomic_load_n(&launch_flags, __ATOMIC_RELAXED)};
  if (!device.is_cpu()) [[unlikely]] {
    launch_on_device(launch, device);
    if (several_streams()) (for_each_operand(args, [&](const void* memory) { note_use(memory, launch); }), ...);
    return finish_on_device(device, launch.stream, launch.op, kernel(args..., launch));
  }
  if (__atomic_load_n(&thread_settings, __ATOMIC_RELAXED)) [[unlikely]] {
    adopt_num_threads();
  }
  const Status status = kernel(args..., launch);
  if (status.code != StatusCode::ok || context.fault != LaunchContext::no_fault) [[unlikely]] {
    throw_failed(cpu_slot.name(), device, status, context);
  }
}

/// Runs the device's kernel of a slot, after checking that the slot takes the dtype. Throws DTypeError for a dtype it
/// does not take, DeviceError where the backend has no such kernel, and what the kernel's status says.
template <class... Params, class... Args>
void run(const Slot<Status(Params...)>& slot, Device device, DType dtype, const Args&... args) {
  LaunchContext context{device};
  run_in(context, slot, device, dtype, args...);
}

/// The same for a kernel that reads indices. Throws IndexError for one out of range.
template <class... Params, class... Args>
void run_indexed(IndexRange range, const Slot<Status(Params...)>& slot, Device device, DType dtype,
                 const Args&... args) {
  LaunchContext context{.device = device, .range = &range};
  run_in(context, slot, device, dtype, args...);
}

}  // namespace tenon::inline v0::detail
