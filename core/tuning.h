#pragma once

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

// Switches for the whole process. All are off at first, and none changes anything on the CPU.

/// Whether products and convolutions of float32 may round their operands to TF32 (10 bits of mantissa, float32's
/// range; sums stay float32), which tensor cores multiply many times as fast.
void set_tf32(bool on);
bool tf32();

/// Whether products and convolutions time the algorithms that a library proposes and keep the fastest, instead of the
/// library's first choice. The first call with new shapes then waits for the device, and which is fastest may differ
/// from run to run: with set_deterministic(true) nothing is timed.
void set_benchmark(bool on);
bool benchmark();

}  // namespace v0
}  // namespace tenon
