// Internal: host blocks of any size.
#pragma once
#include <cstddef>

#include "tenon/core/memory.h"

namespace tenon::inline v0::detail {

/// Sanitizers see nothing behind a cache: under them every block comes from the heap.
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
inline constexpr bool cache_host_memory = false;
#else
inline constexpr bool cache_host_memory = true;
#endif

/// Host memory from the system, 64-byte aligned, counted. Throws OutOfMemoryError, after what is cached went back.
void* allocate_host(size_t bytes);
void free_host(void* memory);
/// Host blocks that are too big for a thread's cache. They are kept when given back: page faults cost more than the
/// arithmetic on them.
void* take_big_block(size_t bytes);
void give_big_block(void* block) noexcept;

/// `allocated` and `peak` are the big blocks'; `reserved` and `limit` are all of the host's.
MemoryStats big_block_stats();
void reset_big_block_peak();
void empty_host_cache();
void set_host_limit(size_t bytes);

}  // namespace tenon::inline v0::detail
