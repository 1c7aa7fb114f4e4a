// CUB's sort of pairs over the whole device, in memory of the launch.
#pragma once
#include <cub/device/device_radix_sort.cuh>

#include "tenon/core/cuda/cuda.h"

namespace tenon::inline v0::cuda_backend {

/// Keys and what goes with them, twice: CUB sorts from one half into the other.
template <class Key, class Value>
class Pairs {
 public:
  Pairs(const Launch& launch, int64_t n)
      : memory_(launch, static_cast<size_t>(n) * 2 * (sizeof(Key) + sizeof(Value))),
        values(memory_.as<Value>(), memory_.as<Value>() + n),
        keys(reinterpret_cast<Key*>(memory_.as<Value>() + 2 * n),
             reinterpret_cast<Key*>(memory_.as<Value>() + 2 * n) + n) {
    static_assert(alignof(Key) <= 2 * sizeof(Value));
  }
  explicit operator bool() const { return static_cast<bool>(memory_); }

 private:
  Workspace memory_;

 public:
  cub::DoubleBuffer<Value> values;
  cub::DoubleBuffer<Key> keys;
};

/// Runs one of CUB's algorithms: `algorithm(temporary, bytes)` gives a cudaError_t.
template <class Algorithm>
Status run_cub(const Launch& launch, const Algorithm& algorithm) {
  size_t bytes = 0;
  TENON_CUDA_CHECK(algorithm(nullptr, bytes));
  const Workspace temporary(launch, bytes ? bytes : 1);
  if (!temporary) return no_memory;
  TENON_CUDA_CHECK(algorithm(temporary.as<void>(), bytes));
  return launched();
}

/// Sorts the first n pairs by the lowest `bits` of their keys; equal ones keep their order.
template <class Key, class Value>
Status radix_sort(Pairs<Key, Value>& pairs, int64_t n, int bits, const Launch& launch) {
  return run_cub(launch, [&](void* temporary, size_t& bytes) {
    return cub::DeviceRadixSort::SortPairs(temporary, bytes, pairs.keys, pairs.values, n, 0, bits, stream_of(launch));
  });
}

}  // namespace tenon::inline v0::cuda_backend
