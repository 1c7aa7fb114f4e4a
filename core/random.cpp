#include "tenon/core/random.h"

#include <mutex>

namespace tenon::inline v0 {

namespace {
// One for all generators: it is held for two additions.
constinit std::mutex mutex;
}  // namespace

void Generator::manual_seed(uint64_t seed) { set_state({seed, 0}); }

RandomKey Generator::state() const {
  std::lock_guard lock(mutex);
  return state_;
}

void Generator::set_state(const RandomKey& state) {
  std::lock_guard lock(mutex);
  state_ = state;
}

RandomKey Generator::reserve(uint64_t blocks) {
  std::lock_guard lock(mutex);
  const RandomKey key = state_;
  state_.offset += blocks;
  return key;
}

Generator& default_generator() {
  static Generator generator;
  return generator;
}

void manual_seed(uint64_t seed) { default_generator().manual_seed(seed); }

}  // namespace tenon::inline v0
