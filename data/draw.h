#pragma once
#include <cstdint>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

/// The random numbers of one sample in one epoch: they depend on (seed, epoch, index) only, whoever loads the sample
/// and in whatever order. A copy draws the same numbers again. Philox 4x32-10 (Salmon et al., 2011).
class Draw {
 public:
  Draw() = default;
  Draw(uint64_t seed, int64_t epoch, int64_t index) : seed_(seed), epoch_(epoch), index_(index) {}

  uint64_t seed() const { return seed_; }
  int64_t epoch() const { return epoch_; }
  int64_t index() const { return index_; }

  /// What a decorator of a data set hands on to the set below it, and so to that one's: the same sample, other numbers.
  /// (256 decorators deep they begin again.)
  Draw inner() const;

  /// The next 32 random bits; there are 2^26 draws.
  uint32_t bits();
  /// The next number in [0, 1).
  double uniform() { return bits() * 0x1p-32; }
  /// The next number in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// The next integer in [0, n), n at least 1 and below 2^32.
  int64_t below(int64_t n) { return static_cast<int64_t>(uint64_t{bits()} * static_cast<uint64_t>(n) >> 32); }

 private:
  uint64_t seed_ = 0;
  int64_t epoch_ = 0, index_ = 0;
  uint32_t taken_ = 0;
  uint8_t depth_ = 0;
};

}  // namespace data
}  // namespace v0
}  // namespace tenon
