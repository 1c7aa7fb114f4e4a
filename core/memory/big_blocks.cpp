#include "tenon/core/memory/big_blocks.h"

#include <atomic>
#include <cstdlib>

#include <malloc.h>
#include <sys/mman.h>

#include "tenon/core/check.h"
#include "tenon/core/memory/blocks.h"
#include "tenon/core/memory/bytes_text.h"
#include "tenon/core/memory/detail/caching_allocator.h"

namespace tenon::inline v0::detail {

namespace {

constexpr size_t huge_page = size_t{2} << 20;

constinit std::atomic<size_t> reserved{0}, peak{0}, limit{0};

void raise(std::atomic<size_t>& highest, size_t value) {
  size_t before = highest.load(std::memory_order_relaxed);
  while (before < value && !highest.compare_exchange_weak(before, value, std::memory_order_relaxed)) {
  }
}

/// Null where the system has none, or the limit forbids it.
void* try_allocate_host(size_t bytes) {
  const size_t most = limit.load(std::memory_order_relaxed);
  if (bytes > PTRDIFF_MAX - huge_page || (most && reserved + bytes > most)) return nullptr;
  // Large memory costs a page fault each 4 KiB when it is first touched, unless it has huge pages.
  const size_t alignment = bytes < huge_page ? 64 : huge_page;
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (!memory) return nullptr;
  if (bytes >= huge_page && cache_host_memory) madvise(memory, bytes, MADV_HUGEPAGE);
  raise(peak, reserved += malloc_usable_size(memory));
  return memory;
}

Status allocate_segment(int32_t, size_t bytes, void** memory) {
  *memory = try_allocate_host(bytes);
  if (!*memory) {
    release_free_blocks();
    *memory = try_allocate_host(bytes);
  }
  return {*memory ? StatusCode::ok : StatusCode::out_of_memory};
}

Status release_segment(int32_t, void* memory) {
  free_host(memory);
  return {};
}

/// Never destroyed: arrays may be given back after every static object.
CachingAllocator& big_blocks() {
  static DeviceFunctions functions;
  static auto* allocator = [] {
    functions.allocate = allocate_segment;
    functions.release = release_segment;
    return new CachingAllocator(cpu, functions);
  }();
  return *allocator;
}

}  // namespace

void* allocate_host(size_t bytes) {
  if (void* memory = try_allocate_host(bytes)) [[likely]]
    return memory;
  empty_host_cache();
  if (void* memory = try_allocate_host(bytes)) return memory;
  const std::string most = limit ? ", limit " + bytes_text(limit) : "";
  throw OutOfMemoryError(
      text("out of memory on cpu: ", bytes_text(bytes), " asked, ", bytes_text(reserved), " in use or cached", most));
}

void free_host(void* memory) {
  reserved -= malloc_usable_size(memory);
  std::free(memory);
}

void* take_big_block(size_t bytes) {
  return cache_host_memory ? big_blocks().take(bytes, nullptr) : allocate_host(bytes);
}

void give_big_block(void* block) noexcept { cache_host_memory ? big_blocks().give(block) : free_host(block); }

MemoryStats big_block_stats() {
  MemoryStats stats = cache_host_memory ? big_blocks().stats() : MemoryStats{.allocated = reserved, .peak = peak};
  stats.reserved = reserved;
  stats.limit = limit;
  return stats;
}

void reset_big_block_peak() {
  if (cache_host_memory) big_blocks().reset_peak();
  peak = reserved.load();
}

void empty_host_cache() {
  if (!cache_host_memory) return;
  release_free_blocks();
  big_blocks().empty_cache();
}

void set_host_limit(size_t bytes) { limit = bytes; }

}  // namespace tenon::inline v0::detail
