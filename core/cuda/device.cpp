// Devices, memory, streams and events; and what the backend keeps for each device.
#include <atomic>
#include <cstdio>
#include <mutex>

#include <cuda_runtime.h>

#include "tenon/core/cuda/cuda.h"
#include "tenon/core/cuda/fill.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// What a device met that this process cannot use any more: CUDA answers every later call with the same error. Null for
/// other errors.
const char* fault_text(cudaError_t error) {
  switch (error) {
    case cudaErrorIllegalAddress:
      return "illegal address";
    case cudaErrorMisalignedAddress:
      return "misaligned address";
    case cudaErrorInvalidAddressSpace:
      return "address in the wrong memory space";
    case cudaErrorInvalidPc:
      return "invalid program counter";
    case cudaErrorIllegalInstruction:
      return "illegal instruction";
    case cudaErrorHardwareStackError:
      return "call stack error";
    case cudaErrorAssert:
      return "assertion failed in a kernel";
    case cudaErrorLaunchFailure:
      return "exception in a kernel";
    case cudaErrorLaunchTimeout:
      return "kernel ran into the system's time limit";
    case cudaErrorECCUncorrectable:
      return "uncorrectable memory error (ECC)";
    case cudaErrorNvlinkUncorrectable:
      return "uncorrectable NVLink error";
    case cudaErrorContextIsDestroyed:
      return "CUDA context was destroyed";
    case cudaErrorMpsClientTerminated:
      return "the MPS server ended this process's connection";
    case cudaErrorExternalDevice:
      return "error of an external device";
#if CUDART_VERSION >= 13000
    case cudaErrorContained:
      return "contained hardware error";
    case cudaErrorTensorMemoryLeak:
      return "tensor memory leak in a kernel";
#endif
    default:
      return nullptr;
  }
}

}  // namespace

Status status_of(cudaError_t error) {
  if (error == cudaSuccess) return {};
  cudaGetLastError();  // the next launch must not find it again
  if (const char* fault = fault_text(error)) return {StatusCode::device_fault, fault};
  const StatusCode code = error == cudaErrorMemoryAllocation ? StatusCode::out_of_memory
                          : error == cudaErrorNotSupported   ? StatusCode::unsupported
                                                             : StatusCode::library;
  return {code, cudaGetErrorString(error)};
}

namespace {

constexpr int max_devices = 128;  // of a Device's index

/// What is known about a device. Zero before somebody asks; nothing is ever given back.
struct Known {
  std::atomic<Fault*> fault{nullptr};
  void* context = nullptr;             ///< core's, of launches on this device
  const Services* services = nullptr;  ///< core's
  std::atomic<int> processors{0};
  int shared_bytes = 0;
  char description[320] = "";  ///< a device's name has up to 256 bytes
};
constinit Known known[max_devices];
constinit std::mutex known_mutex;

cudaStream_t native(void* stream) { return static_cast<cudaStream_t>(stream); }
cudaEvent_t native_event(void* event) { return static_cast<cudaEvent_t>(event); }

int32_t count() {
  int n = 0;
  if (cudaGetDeviceCount(&n) != cudaSuccess) {
    cudaGetLastError();  // it would be the next launch's
    return 0;
  }
  return n < max_devices ? n : max_devices;
}

const char* trouble() {
  int n = 0;
  const cudaError_t error = cudaGetDeviceCount(&n);
  if (error == cudaSuccess) return n == 0 ? "no NVIDIA GPU was found" : "";
  cudaGetLastError();
  return error == cudaErrorInsufficientDriver || error == cudaErrorStubLibrary
             ? "there is no NVIDIA driver, or one that is older than this CUDA runtime"
             : cudaGetErrorString(error);
}

const char* describe(int32_t device) {
  const std::lock_guard lock(known_mutex);
  char(&text)[sizeof Known::description] = known[device].description;
  if (*text) return text;
  cudaDeviceProp of;
  if (cudaGetDeviceProperties(&of, device) != cudaSuccess) {
    cudaGetLastError();
    return "";
  }
  const double gib = static_cast<double>(of.totalGlobalMem) / (size_t{1} << 30);
  std::snprintf(text, sizeof text, "%s, %.3g GiB, compute capability %d.%d", of.name, gib, of.major, of.minor);
  return text;
}

Status memory(int32_t device, size_t* free, size_t* total) {
  const OnDevice on(device);
  return status_of(cudaMemGetInfo(free, total));
}

Status allocate(int32_t device, size_t bytes, void** memory) {
  const OnDevice on(device);
  return status_of(cudaMalloc(memory, bytes));
}

Status release(int32_t device, void* memory) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaFree(memory));
  return {};
}

Status allocate_pinned(size_t bytes, void** memory) {
  return status_of(cudaHostAlloc(memory, bytes, cudaHostAllocPortable));
}

Status release_pinned(void* memory) {
  TENON_CUDA_CHECK(cudaFreeHost(memory));
  return {};
}

/// The pointers say where they lie: `on_device` between two devices too.
Status copy(int32_t device, void* to, const void* from, size_t bytes, DeviceFunctions::Copy kind, void* stream) {
  using Copy = DeviceFunctions::Copy;
  const OnDevice on(device);
  const cudaMemcpyKind direction = kind == Copy::to_device ? cudaMemcpyHostToDevice
                                   : kind == Copy::to_host ? cudaMemcpyDeviceToHost
                                                           : cudaMemcpyDefault;
  TENON_CUDA_CHECK(cudaMemcpyAsync(to, from, bytes, direction, native(stream)));
  return {};
}

Status create_stream(int32_t device, void** stream) {
  const OnDevice on(device);
  cudaStream_t made = nullptr;
  TENON_CUDA_CHECK(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
  *stream = made;
  return {};
}

Status destroy_stream(int32_t device, void* stream) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaStreamDestroy(native(stream)));
  return {};
}

Status synchronize_stream(int32_t device, void* stream) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaStreamSynchronize(native(stream)));
  collect_faults(device);
  return {};
}

Status synchronize_device(int32_t device) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaDeviceSynchronize());
  collect_faults(device);
  return {};
}

Status create_event(int32_t device, void** event) {
  const OnDevice on(device);
  cudaEvent_t made = nullptr;
  TENON_CUDA_CHECK(cudaEventCreateWithFlags(&made, cudaEventDisableTiming));
  *event = made;
  return {};
}

Status destroy_event(int32_t device, void* event) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaEventDestroy(native_event(event)));
  return {};
}

Status record_event(int32_t device, void* event, void* stream) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaEventRecord(native_event(event), native(stream)));
  return {};
}

Status wait_event(int32_t device, void* event, void* stream) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaStreamWaitEvent(native(stream), native_event(event), cudaEventWaitDefault));
  return {};
}

Status query_event(int32_t device, void* event, bool* done) {
  const OnDevice on(device);
  const cudaError_t error = cudaEventQuery(native_event(event));
  *done = error == cudaSuccess;
  const Status status = status_of(error);
  return error == cudaErrorNotReady ? Status{} : status;
}

Status synchronize_event(int32_t device, void* event) {
  const OnDevice on(device);
  TENON_CUDA_CHECK(cudaEventSynchronize(native_event(event)));
  collect_faults(device);
  return {};
}

}  // namespace

Limits limits_of(int32_t device) {
  Known& of = known[device];
  if (const int processors = of.processors.load(std::memory_order_acquire)) return {processors, of.shared_bytes};
  const std::lock_guard lock(known_mutex);
  int processors = 1, shared = 48 * 1024;
  cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device);
  cudaDeviceGetAttribute(&shared, cudaDevAttrMaxSharedMemoryPerBlockOptin, device);
  of.shared_bytes = shared;
  of.processors.store(processors, std::memory_order_release);
  return {processors, shared};
}

Fault* fault_of(const Launch& launch) {
  Known& of = known[launch.device];
  if (Fault* fault = of.fault.load(std::memory_order_acquire)) return fault;
  const std::lock_guard lock(known_mutex);
  if (Fault* fault = of.fault.load(std::memory_order_relaxed)) return fault;
  void* memory = nullptr;
  // Mapped at the same address for host and devices.
  if (cudaHostAlloc(&memory, sizeof(Fault), cudaHostAllocPortable | cudaHostAllocMapped) != cudaSuccess) {
    cudaGetLastError();
    return nullptr;
  }
  of.context = launch.context;
  of.services = launch.services;
  Fault* fault = new (memory) Fault{0, 0};
  of.fault.store(fault, std::memory_order_release);
  return fault;
}

void collect_faults(int32_t device) {
  Known& of = known[device];
  Fault* fault = of.fault.load(std::memory_order_acquire);
  if (!fault) return;
  if (__atomic_load_n(&fault->op, __ATOMIC_ACQUIRE) == 0) return;
  const int64_t index = __atomic_load_n(&fault->index, __ATOMIC_RELAXED);
  const unsigned long long op = __atomic_exchange_n(&fault->op, 0, __ATOMIC_ACQ_REL);
  if (op == 0) return;  // another thread has it
  const Launch launch{reinterpret_cast<const char*>(op), nullptr, of.services, of.context, device, 0};
  of.services->data_fault(launch, index);
}

void fill_device(DeviceFunctions& functions) {
  functions = {.count = count,
               .trouble = trouble,
               .describe = describe,
               .allocate = allocate,
               .memory = memory,
               .release = release,
               .allocate_pinned = allocate_pinned,
               .release_pinned = release_pinned,
               .copy = copy,
               .create_stream = create_stream,
               .destroy_stream = destroy_stream,
               .synchronize_stream = synchronize_stream,
               .synchronize_device = synchronize_device,
               .create_event = create_event,
               .destroy_event = destroy_event,
               .record_event = record_event,
               .wait_event = wait_event,
               .query_event = query_event,
               .synchronize_event = synchronize_event};
}

}  // namespace tenon::inline v0::cuda_backend
