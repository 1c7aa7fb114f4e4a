#pragma once
#include <cstddef>

namespace tenon::inline v0::detail {

/// Host memory from the system, 64-byte aligned. Throws OutOfMemoryError, saying what was asked and what is in use.
void* allocate_host(size_t bytes);
/// Host blocks that are too big for a thread's cache. They are kept when given back: page faults cost more than the
/// arithmetic on them. Under sanitizers they come from the heap each time.
void* take_big_block(size_t bytes);
void give_big_block(void* block) noexcept;

}  // namespace tenon::inline v0::detail
