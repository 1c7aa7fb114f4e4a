#include "tenon/data/draw.h"

#include "tenon/core/math/philox.h"

namespace tenon::inline v0::data {

Draw Draw::inner() const {
  Draw draw(seed_, epoch_, index_);
  draw.depth_ = static_cast<uint8_t>(depth_ + 1);
  return draw;
}

uint32_t Draw::bits() {
  // Four numbers a block. The key is the seed; the counter names the sample, the epoch, the depth and the block.
  const auto index = static_cast<uint64_t>(index_);
  uint32_t word[4] = {static_cast<uint32_t>(index), static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(epoch_),
                      taken_ / 4 | uint32_t{depth_} << 24};
  math::philox(word[0], word[1], word[2], word[3], seed_);
  return word[taken_++ % 4];
}

}  // namespace tenon::inline v0::data
