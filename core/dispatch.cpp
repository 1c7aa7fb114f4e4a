#include "tenon/core/dispatch.h"

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <utility>

#include "tenon/core/check.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/detail/device_state.h"

namespace tenon::inline v0::detail {

constinit uint32_t launch_flags = 0;
constinit uint32_t thread_settings = 0;

namespace {

constinit std::mutex fault_mutex;

/// Why the thread's last workspace could not be had: the kernel only knows that it has none.
struct Refusal {
  const char* op = nullptr;
  std::string why;
};
Refusal& last_refusal() {
  thread_local Refusal refusal;
  return refusal;
}

// A workspace on the CPU is a block whose class stands in the cache line before it.
void* host_workspace(size_t bytes) {
  uint16_t block_class;
  char* block = static_cast<char*>(take_block(bytes + 64, block_class));
  std::memcpy(block, &block_class, sizeof block_class);
  return block + 64;
}

void release_host_workspace(void* memory) {
  char* block = static_cast<char*>(memory) - 64;
  uint16_t block_class;
  std::memcpy(&block_class, block, sizeof block_class);
  give_block(block, block_class);
}

// A kernel that was called by hand, without a context, runs on the CPU.
Device device_of(const Launch& launch) {
  return launch.context ? static_cast<LaunchContext*>(launch.context)->device : cpu;
}

void* workspace(const Launch& launch, size_t bytes) {
  const Device device = device_of(launch);
  try {
    return device.is_cpu() ? host_workspace(bytes) : device_state(device).memory.take(bytes, launch.stream);
  } catch (const Error& error) {
    const std::string_view why = error.what();  // the module's path comes to the error that is thrown
    last_refusal() = {launch.op, std::string(why.substr(std::min(why.find("out of memory"), why.size())))};
    return nullptr;
  }
}

void release_workspace(const Launch& launch, void* memory) {
  const Device device = device_of(launch);
  device.is_cpu() ? release_host_workspace(memory) : device_state(device).memory.give(memory);
}

void data_fault(const Launch& launch, int64_t index) {
  auto* context = static_cast<LaunchContext*>(launch.context);
  std::lock_guard lock(fault_mutex);
  if (!context || context->fault != LaunchContext::no_fault) return;
  context->fault = index;
  context->op = launch.op;
}

void log(const char* text) { std::fprintf(stderr, "tenon: %s\n", text); }

}  // namespace

constinit const Services services{workspace, release_workspace, data_fault, log};

void set_launch_flag(Launch::Flags flag, bool on) {
  if (on) {
    __atomic_fetch_or(&launch_flags, uint32_t{flag}, __ATOMIC_RELAXED);
  } else {
    __atomic_fetch_and(&launch_flags, ~uint32_t{flag}, __ATOMIC_RELAXED);
  }
}

LaunchContext take_faults(LaunchContext& context) {
  std::lock_guard lock(fault_mutex);
  return std::exchange(context, {context.device});
}

void launch_on_device(Launch& launch, Device device) {
  note_op(device, launch.op);
  launch.stream = native_stream(device);
  launch.context = &device_state(device).context;
}

void note_use(const void* memory, const Launch& launch) {
  device_state(device_of(launch)).memory.note_use(memory, launch.device, launch.stream);
}

void throw_undefined(const char* op, size_t inputs) {
  throw ValueError(text(op, inputs == 1 ? ": the input" : ": an input", " is not defined"));
}

void throw_wrong_dtype(const char* op, DType dtype, DTypes accepted) {
  std::string list;
  for (int i = 0; i < dtype_count; ++i) {
    if (!contains(accepted, static_cast<DType>(i))) continue;
    list += list.empty() ? "" : ", ";
    list += name_of(static_cast<DType>(i));
  }
  throw DTypeError(text(op, ": dtype ", name_of(dtype), " is not supported (supported: ", list, ")"));
}

void throw_no_kernel(const char* op, Device device) {
  throw DeviceError(text(op, ": no kernel for device ", backends[device.backend].name));
}

void throw_failed(const char* op, Device device, Status status, const LaunchContext& context) {
  if (context.fault != LaunchContext::no_fault) {
    std::string message = text(op, ": index ", context.fault, " is out of range");
    if (context.range) message += text(" for axis ", context.range->axis, " of size ", context.range->size);
    throw IndexError(message);
  }
  if (status.code == StatusCode::out_of_memory && std::exchange(last_refusal().op, nullptr) == op) {
    if (!device.is_cpu()) check_not_lost(device);
    throw OutOfMemoryError(text(op, ": ", status.text, ": ", last_refusal().why));
  }
  if (!device.is_cpu() || status.code != StatusCode::library) check_device(status, device, op);
  throw Error(text(op, ": ", status.text, " (on ", device, ")"));
}

}  // namespace tenon::inline v0::detail
