// What every source of the CUDA backend uses: the launch's stream and device, and CUDA's errors as a Status.
#pragma once
#include <cstddef>

#include <cuda_runtime_api.h>

#include "tenon/core/kernels/launch.h"

namespace tenon::inline v0::cuda_backend {

inline cudaStream_t stream_of(const Launch& launch) { return static_cast<cudaStream_t>(launch.stream); }

/// What a CUDA call answered.
Status status_of(cudaError_t error);
/// What the launches since the last question answered: the end of every function that launches.
inline Status launched() {
  const cudaError_t error = cudaGetLastError();
  return error == cudaSuccess ? Status{} : status_of(error);
}

/// A library's failure is the device's where that is lost: the libraries have a runtime of their own, and words of
/// their own for it. Does not wait.
inline Status of_library(const Status& failure, const Launch& launch) {
  if (failure.code == StatusCode::ok || failure.code == StatusCode::unsupported) return failure;
  const Status device = status_of(cudaStreamQuery(stream_of(launch)));
  return device.code == StatusCode::device_fault ? device : failure;
}

/// Returns from a function that gives a Status when the CUDA call fails.
#define TENON_CUDA_CHECK(call)                              \
  do {                                                      \
    const cudaError_t tenon_error = (call);                 \
    if (tenon_error != cudaSuccess) [[unlikely]]            \
      return ::tenon::cuda_backend::status_of(tenon_error); \
  } while (false)

/// Makes a device the thread's current one as long as it lives: a null stream is the current device's. Every function
/// of the table that calls CUDA has one.
class OnDevice {
 public:
  explicit OnDevice(int32_t device) {
    cudaGetDevice(&before_);
    if (before_ != device) cudaSetDevice(changed_ = device);
  }
  explicit OnDevice(const Launch& launch) : OnDevice(launch.device) {}
  ~OnDevice() {
    if (changed_ >= 0) cudaSetDevice(before_);
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int before_ = 0, changed_ = -1;
};

/// Scratch memory of the launch's stream. Null when there is none left: return `no_memory`.
class Workspace {
 public:
  Workspace(const Launch& launch, size_t bytes)
      : launch_(launch), data_(bytes ? launch.services->workspace(launch, bytes) : nullptr) {}
  ~Workspace() {
    if (data_) launch_.services->release(launch_, data_);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  explicit operator bool() const { return data_; }
  template <class T = void>
  T* as() const {
    return static_cast<T*>(data_);
  }

 private:
  const Launch& launch_;
  void* data_;
};
inline constexpr Status no_memory{StatusCode::out_of_memory, "no scratch memory is left"};

/// The number of multiprocessors of a device, and how many bytes of shared memory a block may ask for. Cached.
struct Limits {
  int processors = 0, shared_bytes = 0;
};
Limits limits_of(int32_t device);

/// Where a kernel that meets an index out of range says so (fault.cuh): pinned host memory that the device writes. Read
/// when the host next waits for the device. Null: no memory.
struct Fault {
  unsigned long long op;  ///< the launch's `op`, which lives on the host; 0: none
  long long index;
};
Fault* fault_of(const Launch& launch);
/// Hands what the device reported to core. Called when the host has waited for the device.
void collect_faults(int32_t device);

}  // namespace tenon::inline v0::cuda_backend
