// Internal: host blocks from a thread's cache.
#pragma once
#include <cstddef>
#include <cstdint>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace detail {

/// A block of host memory, 64-byte aligned, from the thread's cache of free blocks. `block_class` is what give_block
/// wants back. Throws OutOfMemoryError.
void* take_block(size_t bytes, uint16_t& block_class);
/// Gives a block back: any thread may. Usable until the very end of a thread, and of the process.
void give_block(void* block, uint16_t block_class) noexcept;

/// Bytes of blocks that are not big: all of them, and those that are free. Exact while no other thread takes or gives.
struct SmallBlockStats {
  size_t reserved = 0, free = 0;
};
SmallBlockStats small_block_stats();
/// Gives what is free back to the system: blocks over 8 KiB that lie in the pool or in the calling thread's cache.
/// Smaller ones share their memory with others.
void release_free_blocks() noexcept;

}  // namespace detail
}  // namespace v0
}  // namespace tenon
