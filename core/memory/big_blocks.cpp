#include "tenon/core/memory/big_blocks.h"

#include <cstdlib>

#include "tenon/core/check.h"

namespace tenon::inline v0::detail {

void* allocate_host(size_t bytes) {
  void* memory = bytes > PTRDIFF_MAX ? nullptr : std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  TENON_CHECK(memory, OutOfMemoryError, "out of memory on cpu: ", bytes, " bytes asked");
  return memory;
}

void* take_big_block(size_t bytes) { return allocate_host(bytes); }
void give_big_block(void* block) noexcept { std::free(block); }

}  // namespace tenon::inline v0::detail
