// The CUDA runtime, cuBLASLt and cuDNN as far as the CUDA backend calls them, over host memory: two devices on any
// machine. Copies and fills happen at once, kernels do nothing, downloads bring zeros: values mean nothing, what the
// host does is real. The backend's objects linked with it are a `libtenon_cuda.so` in a folder of its own,
// lib/fake_cuda.
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tenon::testing {

/// What the library and the test share. Counts go up from the start of the process.
struct FakeCudart {
  static constexpr int devices = 2;

  int64_t entries = 0;           ///< calls of anything
  int64_t calls = 0;             ///< those that can fail
  int64_t synchronisations = 0;  ///< calls that wait for the device: allocating and freeing do
  int64_t uploads = 0, downloads = 0;
  /// What each launch was, since the test last emptied it: a kernel's mangled name, or matmul or convolution.
  std::vector<std::string> launched;

  int64_t fail_at = 0;                    ///< the call, as `calls` counts, that fails; 0: none
  int fail_with = 0;                      ///< its cudaError_t
  int lost = 0;                           ///< the error that a fault left: every later call gives it
  bool refuses = false;                   ///< cuBLASLt and cuDNN know no way to do anything
  int expected_device = -1;               ///< where work must be put; -1: anywhere
  const void* expected_stream = nullptr;  ///< null: any
  size_t capacity = 256u << 20;           ///< bytes of each device

  int64_t memory = 0, pinned = 0, streams = 0, events = 0, descriptors = 0;  ///< that are alive
  std::string wrong;  ///< the first call that hardware would not have taken

  std::recursive_mutex mutex;
};

/// What the library exports under this name.
using FakeCudartOf = FakeCudart*();
inline constexpr const char* fake_cudart_symbol = "tenon_fake_cudart";

}  // namespace tenon::testing
