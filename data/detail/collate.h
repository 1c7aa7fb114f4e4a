// Internal: memory for batches that go to a device.
#pragma once
#include <cstring>
#include <vector>

#include "tenon/core/memory.h"
#include "tenon/core/ops/create.h"

namespace tenon::inline v0::data::detail {

/// While it lives, what this thread gathers into (`empty_batch`) is pinned memory, from which the device uploads.
class PinnedBatches {
 public:
  explicit PinnedBatches(Device device);
  ~PinnedBatches();
  PinnedBatches(const PinnedBatches&) = delete;
  PinnedBatches& operator=(const PinnedBatches&) = delete;

 private:
  Device before_;
};

/// Numbers that the host has worked out, on a device, without waiting for it.
template <class T>
Array numbers_on(Device device, std::vector<T> numbers, const Shape& shape) {
  if (device.is_cpu()) return array(std::move(numbers)).reshape(shape);
  const Array here = empty_pinned(shape, dtype_of<T>, device);
  if (!numbers.empty()) std::memcpy(here.data(), numbers.data(), numbers.size() * sizeof(T));
  return here.to(device, {.async = true});
}

}  // namespace tenon::inline v0::data::detail
