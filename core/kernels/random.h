#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A place in the random numbers of a seed: block `offset` and those behind it, four words a block.
struct RandomKey {
  uint64_t seed = 0, offset = 0;
  bool operator==(const RandomKey&) const = default;
};

/// `out` and `x` are row-major. Blocks give four numbers, or two of eight bytes; dropout takes a word an element.
struct RandomKernels {
  /// Uniform in [a, b); normal with mean a and standard deviation b.
  using Fill = Status(const View& out, double a, double b, const RandomKey& key, const Launch&);
  Slot<Fill> uniform{"uniform", floating}, normal{"normal", floating};
  /// int64 in low, low + 1, ..., low + range - 1; a range of 0 stands for 2^64.
  Slot<Status(const View& out, int64_t low, uint64_t range, const RandomKey& key, const Launch&)> integer{
      "randint", dtypes(int64)};
  /// out = x / (1 - p), or 0 where the word lies below p 2^32; 0 <= p < 1.
  Slot<Status(const View& out, const View& x, double p, const RandomKey& key, const Launch&)> dropout{"dropout",
                                                                                                      floating};
};

}  // namespace v0
}  // namespace tenon
