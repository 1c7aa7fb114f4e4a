#include "tenon/data/draw.h"

#include "tenon/core/math/philox.h"

namespace tenon::inline v0::data {

uint32_t Draw::bits() {
  const auto epoch = static_cast<uint64_t>(epoch_), index = static_cast<uint64_t>(index_);
  // Four numbers a block; the counter names the sample and the block.
  const math::Philox block = math::philox(seed_ ^ (epoch << 32), index, taken_ / 4);
  return block.word[taken_++ % 4];
}

}  // namespace tenon::inline v0::data
