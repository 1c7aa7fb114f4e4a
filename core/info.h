#pragma once
#include <string>

#include "tenon/core/device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// What this build is, and what it found on this machine.
struct Info {
  std::string version;          ///< Tenon's: `0.1.0`
  std::string compiler;         ///< `GCC 12.2.0`
  std::string onednn;           ///< the library's version
  std::string instruction_set;  ///< of Tenon's own kernels: baseline, avx2 or avx512
  std::string bfloat16;  ///< how this processor multiplies bfloat16: natively, or in float32 with rounded results
  std::string cuda;      ///< what the CUDA backend was built with, or why it was not built
  int threads;           ///< that a kernel may use
};
Info info();

/// What a device is, in a few words: `NVIDIA H200, 139 GiB, compute capability 9.0`. Empty where its backend does not
/// say, and for the CPU. Throws DeviceError for a device that there is not.
std::string description(Device device);

}  // namespace v0
}  // namespace tenon
