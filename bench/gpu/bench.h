// Measures one device: a line of JSON for each question, read by scripts/gpu-check, which runs peer.py beside it.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "tenon/core/streams.h"

namespace bench {

struct Setting {
  tenon::Device device;
  bool small = false;  ///< sizes that show that it works; their times mean nothing
  /// How long the slices of one measurement last together.
  double seconds() const { return small ? 0.005 : 0.25; }
};

/// Nanoseconds of one call of f(i), i counted up: many calls are put on the stream, the device is waited for once.
/// The median of 7 slices, after a warm-up.
template <class F>
double time_of(const Setting& setting, const F& f) {
  using Clock = std::chrono::steady_clock;
  int64_t call = 0;
  const auto run = [&](int64_t n) {
    tenon::synchronize(setting.device);
    const auto begin = Clock::now();
    for (int64_t i = 0; i < n; ++i) f(call++);
    tenon::synchronize(setting.device);
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  const double slice = setting.seconds() / 8;
  run(1);
  int64_t n = 1;
  double spent = run(n);
  while (spent < slice / 2 && n < (1 << 20)) spent = run(n *= 2);
  n = std::max<int64_t>(1, static_cast<int64_t>(static_cast<double>(n) * slice / spent));
  std::array<double, 7> times;
  for (double& time : times) time = run(n) / static_cast<double>(n) * 1e9;
  std::sort(times.begin(), times.end());
  return times[3];
}

/// One line of the answer. What is not positive is left out.
struct Row {
  std::string name;
  double ns = 0;            ///< of one operation, step or sample
  double reference_ns = 0;  ///< of what the target is about
  double bytes = 0, flops = 0, samples = 0;
  double mb = 0;  ///< of one operand
};
void print(const Row& row);

// What is measured against, from a library beside the program where the device is CUDA's. On the CPU copy is memcpy.

/// Copies with 16-byte loads and stores, on the current stream.
void plain_copy(const Setting& setting, void* to, const void* from, size_t bytes);
/// c = a b, row-major [n, n], by cuBLASLt; false where there is none. kind: 0 bfloat16, 1 float32 by TF32, 2 float32.
bool plain_matmul(const Setting& setting, int kind, int64_t n, void* c, const void* a, const void* b);

void bandwidth(const Setting& setting);
void gemm(const Setting& setting);
void host(const Setting& setting);
void adam(const Setting& setting);
void training(const Setting& setting);
void loader(const Setting& setting);

}  // namespace bench
