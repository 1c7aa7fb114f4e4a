// Small and middle blocks of host memory come from size classes: every 64 bytes up to 2 KiB, then four a doubling up to
// 1 MiB. A thread keeps a bounded number of free blocks a class; the rest goes to a shared pool. Larger blocks are the
// big-block allocator's. Under sanitizers every block comes from the heap, or they would see nothing.
#include "tenon/core/memory/blocks.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>

#include "tenon/core/memory/big_blocks.h"

namespace tenon::inline v0::detail {

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
constexpr bool use_cache = false;
#else
constexpr bool use_cache = true;
#endif

namespace {

struct Block {
  Block* next;
};

constexpr size_t small_limit = 2048, cache_limit = size_t{1} << 20, slab = 16384;
constexpr int small_classes = small_limit / 64, classes = small_classes + 4 * 9;
constexpr uint16_t big_class = 0xffff;

struct Cache {
  Block* head[classes];
  uint16_t count[classes];
  bool armed, closed;
};
// Plain data: no guard on access, and usable until the thread is really gone.
constinit thread_local Cache cache{};

struct Pool {
  std::mutex mutex;
  Block* head[classes];
};
constinit Pool pool{};

int class_of(size_t bytes) {
  if (bytes <= small_limit) return static_cast<int>((std::max<size_t>(bytes, 1) - 1) / 64);
  const int exponent = 63 - std::countl_zero(bytes - 1);
  const int quarter = static_cast<int>((bytes - 1) >> (exponent - 2) & 3);
  return small_classes + (exponent - 11) * 4 + quarter;
}

size_t bytes_of(int c) {
  if (c < small_classes) return static_cast<size_t>(c + 1) * 64;
  const int exponent = 11 + (c - small_classes) / 4, quarter = (c - small_classes) % 4;
  return (size_t{1} << exponent) + (static_cast<size_t>(quarter + 1) << (exponent - 2));
}

/// How many free blocks a thread keeps: at most 64 KiB of the small classes, a handful of the large.
uint16_t limit_of(int c) { return static_cast<uint16_t>(std::clamp<size_t>(65536 / bytes_of(c), 8, 1024)); }

void push(Block*& head, Block* block) {
  block->next = head;
  head = block;
}

Block* pop(Block*& head) {
  Block* block = head;
  if (block) head = block->next;
  return block;
}

struct AtThreadEnd {
  ~AtThreadEnd() {
    std::lock_guard lock(pool.mutex);
    cache.closed = true;
    for (int c = 0; c < classes; ++c) {
      while (Block* block = pop(cache.head[c])) push(pool.head[c], block);
      cache.count[c] = 0;
    }
  }
};

[[gnu::noinline]] void* refill(int c) {
  if (!cache.armed) {
    thread_local AtThreadEnd at_thread_end;
    (void)at_thread_end;
    cache.armed = true;
  }
  if (!cache.closed) {
    std::lock_guard lock(pool.mutex);
    for (int i = limit_of(c) / 2; i > 0 && pool.head[c]; --i, ++cache.count[c]) push(cache.head[c], pop(pool.head[c]));
  }
  if (cache.head[c]) {
    --cache.count[c];
    return pop(cache.head[c]);
  }
  const size_t bytes = bytes_of(c), many = cache.closed ? 1 : std::max<size_t>(slab / bytes, 1);
  char* memory = static_cast<char*>(allocate_host(bytes * many));
  for (size_t i = 1; i < many; ++i, ++cache.count[c]) push(cache.head[c], reinterpret_cast<Block*>(memory + i * bytes));
  return memory;
}

[[gnu::noinline]] void hand_over(int c) {
  std::lock_guard lock(pool.mutex);
  for (; cache.count[c] > limit_of(c) / 2; --cache.count[c]) push(pool.head[c], pop(cache.head[c]));
}

}  // namespace

void* take_block(size_t bytes, uint16_t& block_class) {
  if (!use_cache || bytes > cache_limit) [[unlikely]] {
    block_class = big_class;
    return take_big_block(bytes);
  }
  const int c = class_of(bytes);
  block_class = static_cast<uint16_t>(c);
  if (!cache.head[c]) [[unlikely]]
    return refill(c);
  --cache.count[c];
  return pop(cache.head[c]);
}

void give_block(void* memory, uint16_t block_class) noexcept {
  if (block_class == big_class) [[unlikely]]
    return give_big_block(memory);
  Block* block = static_cast<Block*>(memory);
  if (cache.closed) [[unlikely]] {
    std::lock_guard lock(pool.mutex);
    return push(pool.head[block_class], block);
  }
  push(cache.head[block_class], block);
  if (++cache.count[block_class] > limit_of(block_class)) [[unlikely]]
    hand_over(block_class);
}

}  // namespace tenon::inline v0::detail
