#pragma once
#include "tenon/core/kernels/random.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A source of random numbers: a seed and a 64-bit offset. The numbers depend on these two and on an element's index
/// only: the CPU and every GPU draw the same, with any number of threads. May be used from several threads at once.
class Generator {
 public:
  explicit Generator(uint64_t seed = 0) : state_{seed, 0} {}
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Begins the numbers of `seed` anew.
  void manual_seed(uint64_t seed);
  /// Seed and offset: all that the generator is. A generator set to it draws the same numbers again.
  RandomKey state() const;
  void set_state(const RandomKey& state);
  /// Where the next `blocks` blocks of four words lie; the generator moves on behind them.
  RandomKey reserve(uint64_t blocks);

 private:
  RandomKey state_;
};

/// The generator that random ops take when they are given none; one a process, for all devices.
Generator& default_generator();
/// Seeds the default generator.
void manual_seed(uint64_t seed);

}  // namespace v0
}  // namespace tenon
