// Internal: what a backend answered. Every Status of a device comes by here.
#pragma once
#include "tenon/core/device.h"
#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::detail {

/// Remembers an op, by a literal, as the last that was put on the device. Throws DeviceLost if the device is lost.
void note_op(Device device, const char* op);
/// Throws DeviceLost if the device is lost.
void check_not_lost(Device device);
/// Whether the device is lost: it met a fault before.
bool is_lost(Device device);

/// Throws unless a call into the backend went well and the device is not lost: DeviceLost after a fault, which the
/// device stays lost from; else OutOfMemoryError or DeviceError, `what: text (on fake:0)`. `what` is the op or the
/// call.
void check_device(Status status, Device device, const char* what);
/// The same for what may not throw: whether it went well. Who uses the device next is told of a fault.
bool went_well(Status status, Device device, const char* what) noexcept;
/// What ends an op whose work was put on a stream with this answer. Where the environment says TENON_CUDA_SYNC=1 it
/// waits for the work, so that the op which met a fault or an index out of range is the op that throws.
void finish_on_device(Device device, void* stream, const char* what, Status status);

/// Takes a device that is lost as new: for tests of a backend that can do that.
void forget_fault(Device device) noexcept;

}  // namespace tenon::inline v0::detail
