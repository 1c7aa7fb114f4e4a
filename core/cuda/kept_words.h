// Tables in device memory that are kept from launch to launch.
#pragma once
#include <cstdint>
#include <mutex>
#include <vector>

#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

/// Words in device memory for kernels of the launch's stream. They are found again by what they say, and written only
/// where nothing kept says the same: nothing has to be known about who comes with them, and who is gone. They stay as
/// they are until the end of the scope: what reads them is to be launched within.
///
/// They are written by kernels, to which they travel as arguments: no memory of the host has to outlive the call, and
/// nobody waits. Each stream has its own, so that its order is all that is needed; memory that is given up goes back to
/// core's allocator, which hands it out in the stream's order too. Bounded for each device.
class KeptWords {
 public:
  KeptWords(const Launch& launch, std::vector<uint64_t> words);
  /// Null where `status` is not ok.
  const uint64_t* data() const { return data_; }
  const Status& status() const { return status_; }

 private:
  std::unique_lock<std::mutex> lock_;
  const uint64_t* data_ = nullptr;
  Status status_;
};

/// A counter in device memory for the kernels of the launch's stream. It is 0 between kernels: each leaves it so.
/// Null: no memory.
uint32_t* counter_of(const Launch& launch);

}  // namespace tenon::inline v0::cuda_backend
