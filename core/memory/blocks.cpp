// Small and middle blocks of host memory come from size classes: every 64 bytes up to 2 KiB, then four a doubling up to
// 64 KiB. A thread keeps a bounded number of free blocks a class; the rest goes to a shared pool. Larger blocks are the
// big-block allocator's. Under sanitizers every block comes from the heap, or they would see nothing.
#include "tenon/core/memory/blocks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <utility>

#include "tenon/core/memory/big_blocks.h"

namespace tenon::inline v0::detail {

namespace {

struct Block {
  Block* next;
};

constexpr size_t small_limit = 2048, cache_limit = 65536, slab = 16384;
constexpr int small_classes = small_limit / 64, classes = small_classes + 4 * 5;
constexpr uint16_t big_class = 0xffff;

constexpr int class_of(size_t bytes) {
  if (bytes <= small_limit) return static_cast<int>((std::max<size_t>(bytes, 1) - 1) / 64);
  const int exponent = 63 - std::countl_zero(bytes - 1);
  const int quarter = static_cast<int>((bytes - 1) >> (exponent - 2) & 3);
  return small_classes + (exponent - 11) * 4 + quarter;
}

constexpr size_t bytes_of(int c) {
  if (c < small_classes) return static_cast<size_t>(c + 1) * 64;
  const int exponent = 11 + (c - small_classes) / 4, quarter = (c - small_classes) % 4;
  return (size_t{1} << exponent) + (static_cast<size_t>(quarter + 1) << (exponent - 2));
}
static_assert(bytes_of(classes - 1) == cache_limit && class_of(cache_limit) == classes - 1);

/// How many blocks come from the system at once. Those that come alone can go back.
constexpr size_t many_of(int c) { return std::max<size_t>(slab / bytes_of(c), 1); }

/// How many free blocks of a class a thread keeps: at most 64 KiB of the small ones, a handful of the large.
constexpr std::array<uint16_t, classes> limits = [] {
  std::array<uint16_t, classes> of{};
  for (int c = 0; c < classes; ++c) of[c] = static_cast<uint16_t>(std::clamp<size_t>(65536 / bytes_of(c), 8, 1024));
  return of;
}();

struct FreeBlocks {
  Block* head[classes];
  uint32_t count[classes];

  Block* pop(int c) {
    Block* block = head[c];
    head[c] = block->next;
    --count[c];
    return block;
  }
  void push(int c, void* memory) {
    auto* block = static_cast<Block*>(memory);
    block->next = head[c];
    head[c] = block;
    ++count[c];
  }
  size_t bytes() const {
    size_t sum = 0;
    for (int c = 0; c < classes; ++c) sum += __atomic_load_n(&count[c], __ATOMIC_RELAXED) * bytes_of(c);
    return sum;
  }
};

struct Cache : FreeBlocks {
  Cache* next;  ///< of all
};
// The thread's cache, from its first block on. Plain data: no guard on access, and usable until the thread is really
// gone.
[[gnu::tls_model("initial-exec")]] constinit thread_local Cache* cache = nullptr;
constinit thread_local bool cache_closed = false;  // the thread is ending

struct Pool : FreeBlocks {
  std::mutex mutex;
  Cache* caches;
  size_t reserved;
};
constinit Pool pool{};

struct AtThreadEnd {
  ~AtThreadEnd() {
    std::lock_guard lock(pool.mutex);
    Cache** link = &pool.caches;
    while (*link != cache) link = &(*link)->next;
    *link = cache->next;
    for (int c = 0; c < classes; ++c) {
      while (cache->head[c]) pool.push(c, cache->pop(c));
    }
    delete std::exchange(cache, nullptr);
    cache_closed = true;
  }
};

void open_cache() {
  if (cache || cache_closed) return;
  auto* fresh = new (std::nothrow) Cache{};
  if (!fresh) return;
  thread_local AtThreadEnd at_thread_end;
  (void)at_thread_end;
  std::lock_guard lock(pool.mutex);
  cache = fresh;
  cache->next = pool.caches;
  pool.caches = cache;
}

/// One block, and some more into the thread's cache if it has one.
[[gnu::noinline]] void* refill(int c) {
  open_cache();
  const bool caching = cache;
  {
    std::lock_guard lock(pool.mutex);
    if (pool.head[c]) {
      for (int i = caching ? limits[c] / 2 : 0; i > 1 && pool.count[c] > 1; --i) cache->push(c, pool.pop(c));
      return pool.pop(c);
    }
  }
  // Not behind the lock: where there is no memory left, the pool lets go of its own.
  const size_t bytes = bytes_of(c), many = caching ? many_of(c) : 1;
  char* memory = static_cast<char*>(allocate_host(bytes * many));
  std::lock_guard lock(pool.mutex);
  pool.reserved += bytes * many;
  for (size_t i = 1; i < many; ++i) cache->push(c, memory + i * bytes);
  return memory;
}

[[gnu::noinline]] void give_slowly(int c, void* memory) {
  open_cache();
  std::lock_guard lock(pool.mutex);
  if (!cache) return pool.push(c, memory);
  cache->push(c, memory);
  while (cache->count[c] > limits[c] / 2u) pool.push(c, cache->pop(c));
}

}  // namespace

void* take_block(size_t bytes, uint16_t& block_class) {
  if (!cache_host_memory || bytes > cache_limit) [[unlikely]] {
    block_class = big_class;
    return take_big_block(bytes);
  }
  const int c = class_of(bytes);
  block_class = static_cast<uint16_t>(c);
  Cache* own = cache;
  if (!own || !own->head[c]) [[unlikely]]
    return refill(c);
  return own->pop(c);
}

void give_block(void* memory, uint16_t block_class) noexcept {
  if (block_class == big_class) [[unlikely]]
    return give_big_block(memory);
  Cache* own = cache;
  if (!own || own->count[block_class] >= limits[block_class]) [[unlikely]]
    return give_slowly(block_class, memory);
  own->push(block_class, memory);
}

void release_free_blocks() noexcept {
  std::lock_guard lock(pool.mutex);
  for (int c = 0; c < classes; ++c) {
    if (many_of(c) > 1) continue;
    while (cache && cache->head[c]) pool.push(c, cache->pop(c));
    while (pool.head[c]) {
      free_host(pool.pop(c));
      pool.reserved -= bytes_of(c);
    }
  }
}

SmallBlockStats small_block_stats() {
  std::lock_guard lock(pool.mutex);
  SmallBlockStats stats{pool.reserved, pool.bytes()};
  for (const Cache* c = pool.caches; c; c = c->next) stats.free += c->bytes();
  return stats;
}

}  // namespace tenon::inline v0::detail
