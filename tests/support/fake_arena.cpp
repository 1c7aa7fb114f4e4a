#include "tenon/tests/support/fake_arena.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

#include <sys/mman.h>

namespace tenon::testing {

namespace {

constexpr size_t page = 4096;

void* check(void* memory) {
  if (memory != MAP_FAILED) return memory;
  std::perror("fake device: mmap");
  std::abort();
}

void protect(void* begin, size_t bytes, int access) {
  if (bytes == 0 || mprotect(begin, bytes, access) == 0) return;
  std::perror("fake device: mprotect");
  std::abort();
}

}  // namespace

FakeArena::FakeArena()
    : begin_(static_cast<char*>(
          check(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)))) {}

void* FakeArena::allocate(size_t bytes) {
  bytes = (bytes + page - 1) / page * page;
  size_t offset = 0;
  bool found = false;
  for (const auto& [at, length] : live_) {
    found = found || at - offset >= bytes;
    if (!found) offset = at + length;
  }
  if (used() + bytes > capacity_ || offset + bytes > size) return nullptr;
  live_[offset] = bytes;
  return begin_ + offset;
}

size_t FakeArena::used() const {
  size_t used = 0;
  for (const auto& [at, length] : live_) used += length;
  return used;
}

void FakeArena::release(void* memory) {
  const auto found = live_.find(static_cast<size_t>(static_cast<char*>(memory) - begin_));
  if (found == live_.end()) {
    std::fprintf(stderr, "fake device: released memory that is not there\n");
    std::abort();
  }
  madvise(memory, found->second, MADV_DONTNEED);
  live_.erase(found);
}

bool FakeArena::is_live(const void* address) const {
  const auto* at = static_cast<const char*>(address);
  if (at < begin_ || at >= begin_ + size) return false;
  const auto offset = static_cast<size_t>(at - begin_);
  auto next = live_.upper_bound(offset);
  return next != live_.begin() && offset < std::prev(next)->first + std::prev(next)->second;
}

void FakeArena::spoil(void* memory, size_t bytes) const {
  constexpr size_t most = 65536;  // every page that was touched makes opening and closing slower
  bytes = std::min(bytes, most);
  const size_t before = reinterpret_cast<uintptr_t>(memory) % page, pages = (before + bytes + page - 1) / page * page;
  char* begin = static_cast<char*>(memory) - before;
  protect(begin, pages, PROT_READ | PROT_WRITE);
  std::memset(memory, 0xff, bytes);
  protect(begin, pages, PROT_NONE);
}

void FakeArena::open() const {
  if (!live_.empty()) protect(begin_, live_.rbegin()->first + live_.rbegin()->second, PROT_READ | PROT_WRITE);
}

void FakeArena::close() const { protect(begin_, size, PROT_NONE); }

}  // namespace tenon::testing
