#include "tenon/core/device_fault.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>

#include "tenon/core/check.h"
#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0::detail {

namespace {

/// What a device did last, and the text of the error that it is lost with. A race of two threads may mix up two names,
/// which an error text can bear.
struct History {
  static constexpr uint32_t length = 8;
  std::atomic<const std::string*> lost{nullptr};  ///< never freed: others may be reading it
  std::atomic<uint32_t> queued{0};
  std::atomic<const char*> ops[length]{};
};
constinit History histories[max_backends][max_devices];

History& history_of(Device device) { return histories[device.backend][static_cast<size_t>(device.index)]; }

bool waits_for_each_op() {
  static const bool waits = [] {
    const char* value = std::getenv("TENON_CUDA_SYNC");
    return value && std::string_view(value) == "1";
  }();
  return waits;
}

std::string lost_text(Status status, Device device, const char* what) {
  const History& history = history_of(device);
  std::string message = text("DeviceLost: ", device, ": ", status.text, ", reported at ", what);
  const uint32_t end = history.queued.load(std::memory_order_relaxed);
  const char* before = "; last ops queued: ";
  for (uint32_t i = end - std::min(end, History::length); i != end; ++i) {
    const char* op = history.ops[i % History::length].load(std::memory_order_relaxed);
    message += text(before, op ? op : "?");
    before = ", ";
  }
  if (!waits_for_each_op()) message += "; TENON_CUDA_SYNC=1 finds the op";
  return message;
}

/// Marks the device as lost if that is what the answer means. A library that fails may not know that the device did:
/// the device itself is asked.
void note_fault(Status status, Device device, const char* what) {
  const DeviceFunctions& functions = backends[device.backend].device;
  if (status.code == StatusCode::library && functions.synchronize_device) {
    status = functions.synchronize_device(device.index);
  }
  if (status.code != StatusCode::device_fault || is_lost(device)) return;
  auto message = std::make_unique<const std::string>(lost_text(status, device, what));
  const std::string* none = nullptr;
  if (history_of(device).lost.compare_exchange_strong(none, message.get(), std::memory_order_acq_rel)) {
    static_cast<void>(message.release());
  }
}

}  // namespace

bool is_lost(Device device) { return history_of(device).lost.load(std::memory_order_relaxed); }

void check_not_lost(Device device) {
  if (const std::string* message = history_of(device).lost.load(std::memory_order_acquire)) [[unlikely]]
    throw DeviceLost(*message);
}

void note_op(Device device, const char* op) {
  check_not_lost(device);
  History& history = history_of(device);
  const uint32_t at = history.queued.load(std::memory_order_relaxed);
  history.ops[at % History::length].store(op, std::memory_order_relaxed);
  history.queued.store(at + 1, std::memory_order_relaxed);
}

void check_device(Status status, Device device, const char* what) {
  if (status.code == StatusCode::ok && !is_lost(device)) [[likely]]
    return;
  note_fault(status, device, what);
  check_not_lost(device);
  const std::string message = text(what, ": ", status.text, " (on ", device, ")");
  if (status.code == StatusCode::out_of_memory) throw OutOfMemoryError(message);
  throw DeviceError(message);
}

bool went_well(Status status, Device device, const char* what) noexcept {
  if (status.code == StatusCode::ok) [[likely]]
    return true;
  try {
    note_fault(status, device, what);
  } catch (...) {  // no memory for the text: the next call finds the fault again
  }
  return false;
}

void finish_on_device(Device device, void* stream, const char* what, Status status) {
  const bool waits = waits_for_each_op();
  const DeviceFunctions& functions = backends[device.backend].device;
  if (status.code == StatusCode::ok && waits && functions.synchronize_stream) {
    status = functions.synchronize_stream(device.index, stream);
  }
  if (status.code != StatusCode::ok) [[unlikely]]
    throw_failed(what, device, status, {device});
  if (waits) throw_faults(device);
}

void forget_fault(Device device) noexcept {
  History& history = history_of(device);
  delete history.lost.exchange(nullptr);
  history.queued = 0;
}

}  // namespace tenon::inline v0::detail
