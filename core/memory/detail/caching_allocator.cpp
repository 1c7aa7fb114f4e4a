#include "tenon/core/memory/detail/caching_allocator.h"

#include <algorithm>

#include "tenon/core/check.h"
#include "tenon/core/device_fault.h"
#include "tenon/core/memory/bytes_text.h"

namespace tenon::inline v0::detail {

namespace {

constexpr size_t MiB = size_t{1} << 20;
constexpr size_t granule = 512;
constexpr size_t small_limit = MiB, small_segment = 2 * MiB;
constexpr size_t middle_limit = 10 * MiB, middle_segment = 20 * MiB;

size_t round_up(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

/// Few, large requests to the source: it is slow.
size_t segment_for(size_t bytes) {
  if (bytes <= small_limit) return small_segment;
  if (bytes <= middle_limit) return middle_segment;
  return round_up(bytes, 2 * MiB);
}

}  // namespace

bool CachingAllocator::BySize::operator()(const Block* a, const Block* b) const {
  return a->bytes != b->bytes ? a->bytes < b->bytes : a->data < b->data;
}

CachingAllocator::FreeList& CachingAllocator::list_for(size_t bytes, void* stream) {
  const bool small = bytes <= small_limit;
  return lists_.try_emplace({small, stream}, FreeList{stream, small ? granule : small_limit, {}}).first->second;
}

CachingAllocator::Block* CachingAllocator::find(const void* address) {
  auto next = blocks_.upper_bound(static_cast<const char*>(address));
  if (next == blocks_.begin()) return nullptr;
  Block* block = &std::prev(next)->second;
  return static_cast<const char*>(address) < block->data + block->bytes ? block : nullptr;
}

void* CachingAllocator::take(size_t asked, void* stream) {
  std::lock_guard lock(mutex_);
  if (asked > PTRDIFF_MAX) throw_out_of_memory(asked);
  const size_t bytes = round_up(std::max<size_t>(asked, 1), granule);
  FreeList& list = list_for(bytes, stream);
  collect(false);
  if (kind_ == Kind::device) check_not_lost(device_);
  Block* block = take_cached(bytes, list);
  if (!block) block = take_segment(segment_for(bytes), bytes, list);
  if (!block) {
    collect(true);
    block = take_cached(bytes, list);
  }
  if (!block) {
    release_cached();
    block = take_segment(segment_for(bytes), bytes, list);
  }
  if (!block) block = take_segment(bytes, bytes, list);
  if (!block) throw_out_of_memory(asked);
  return block->data;
}

CachingAllocator::Block* CachingAllocator::take_cached(size_t bytes, FreeList& list) {
  Block least{nullptr, bytes};
  const auto found = list.blocks.lower_bound(&least);
  if (found == list.blocks.end()) return nullptr;
  Block* block = *found;
  list.blocks.erase(found);
  return hand_out(block, bytes);
}

CachingAllocator::Block* CachingAllocator::take_segment(size_t segment, size_t bytes, FreeList& list) {
  if (limit_ && reserved_ + segment > limit_) return nullptr;
  void* memory = nullptr;
  const Status status = kind_ == Kind::pinned ? functions_.allocate_pinned(segment, &memory)
                                              : functions_.allocate(device_.index, segment, &memory);
  if (status.code == StatusCode::out_of_memory) return nullptr;
  check_device(status, device_, "allocate");
  reserved_ += segment;
  auto* data = static_cast<char*>(memory);
  return hand_out(&(blocks_[data] = {data, segment, &list}), bytes);
}

/// Marks a free block as used, and splits off what it has too much.
CachingAllocator::Block* CachingAllocator::hand_out(Block* block, size_t bytes) {
  block->free = false;
  if (block->bytes - bytes >= block->list->least_rest) {
    char* data = block->data + bytes;
    Block* rest = &(blocks_[data] = {data, block->bytes - bytes, block->list, true});
    rest->before = block;
    rest->after = block->after;
    if (rest->after) rest->after->before = rest;
    block->after = rest;
    block->bytes = bytes;
    rest->list->blocks.insert(rest);
  }
  allocated_ += block->bytes;
  peak_ = std::max(peak_, allocated_);
  return block;
}

void CachingAllocator::give(void* address) noexcept {
  std::lock_guard lock(mutex_);
  Block* block = find(address);
  allocated_ -= block->bytes;
  if (record_events(block)) {
    pending_.push_back(block);
  } else {
    keep(block);
  }
}

/// Back into the free list, joined with its neighbours.
void CachingAllocator::keep(Block* block) {
  if (functions_.forget && kind_ == Kind::device) {
    functions_.forget(device_.index, block->data, block->bytes, block->list->stream);
  }
  block->free = true;
  auto& free_blocks = block->list->blocks;
  if (Block* after = block->after; after && after->free) {
    free_blocks.erase(after);
    absorb_next(block);
  }
  if (Block* before = block->before; before && before->free) {
    free_blocks.erase(before);
    absorb_next(before);
    block = before;
  }
  free_blocks.insert(block);
}

void CachingAllocator::absorb_next(Block* block) {
  const Block* next = block->after;
  block->bytes += next->bytes;
  block->after = next->after;
  if (block->after) block->after->before = block;
  blocks_.erase(next->data);
}

bool CachingAllocator::holds(const void* address) {
  std::lock_guard lock(mutex_);
  const Block* block = find(address);
  return block && !block->free;
}

void CachingAllocator::note_use(const void* address, int32_t device, void* stream) {
  std::lock_guard lock(mutex_);
  Block* block = find(address);
  if (!block || (kind_ == Kind::device && device == device_.index && stream == block->list->stream)) return;
  for (const Use& use : block->uses) {
    if (use.device == device && use.stream == stream) return;
  }
  block->uses.push_back({device, stream, nullptr});
}

/// Whether a call went well that is made on the way: a fault is told to who uses the device next.
bool CachingAllocator::succeeds(Status status, int32_t device) noexcept {
  return went_well(status, {device_.backend, static_cast<int8_t>(device)}, "free");
}

/// An event on every further stream; false when there is nothing to wait for. Where no event can be had, waits itself.
bool CachingAllocator::record_events(Block* block) {
  if (!functions_.create_event) block->uses.clear();  // all of it ran in order with its caller
  for (Use& use : block->uses) {
    void* event = nullptr;
    if (succeeds(functions_.create_event(use.device, &event), use.device)) {
      if (succeeds(functions_.record_event(use.device, event, use.stream), use.device)) {
        use.event = event;
        continue;
      }
      succeeds(functions_.destroy_event(use.device, event), use.device);
    }
    succeeds(functions_.synchronize_stream(use.device, use.stream), use.device);
  }
  std::erase_if(block->uses, [](const Use& use) { return !use.event; });
  return !block->uses.empty();
}

bool CachingAllocator::events_passed(Block* block, bool wait) {
  std::erase_if(block->uses, [&](const Use& use) {
    bool passed = true;
    if (wait) {
      succeeds(functions_.synchronize_event(use.device, use.event), use.device);
    } else if (!succeeds(functions_.query_event(use.device, use.event, &passed), use.device)) {
      passed = is_lost({device_.backend, static_cast<int8_t>(use.device)});  // nothing runs there any more
    }
    if (passed) succeeds(functions_.destroy_event(use.device, use.event), use.device);
    return passed;
  });
  return block->uses.empty();
}

/// Takes in the blocks whose events have passed; all of them, when it may wait.
void CachingAllocator::collect(bool wait) {
  if (pending_.empty()) [[likely]]
    return;
  std::vector<Block*> still;
  for (Block* block : pending_) {
    if (events_passed(block, wait)) {
      keep(block);
    } else {
      still.push_back(block);
    }
  }
  pending_.swap(still);
}

void CachingAllocator::release_memory(void* memory) {
  succeeds(kind_ == Kind::pinned ? functions_.release_pinned(memory) : functions_.release(device_.index, memory),
           device_.index);
}

/// Gives the segments that are free as a whole back to the source. The stream that used them last may not be through.
void CachingAllocator::release_cached() {
  if (functions_.synchronize_device && kind_ == Kind::device) {
    succeeds(functions_.synchronize_device(device_.index), device_.index);
  }
  for (auto& [key, list] : lists_) {
    for (auto next = list.blocks.begin(); next != list.blocks.end();) {
      Block* block = *next;
      if (block->before || block->after) {
        ++next;
        continue;
      }
      next = list.blocks.erase(next);
      reserved_ -= block->bytes;
      release_memory(block->data);
      blocks_.erase(block->data);
    }
  }
}

void CachingAllocator::throw_out_of_memory(size_t bytes) {
  std::string message =
      text("out of memory on ", device_, kind_ == Kind::pinned ? " (pinned host memory)" : "", ": ", bytes_text(bytes),
           " asked, ", bytes_text(allocated_), " in use, ", bytes_text(reserved_ - allocated_), " cached");
  size_t free = 0, total = 0;
  if (functions_.memory && kind_ == Kind::device &&
      went_well(functions_.memory(device_.index, &free, &total), device_, "allocate")) {
    message += text(", ", bytes_text(free), " free");
  }
  if (limit_) message += text(", limit ", bytes_text(limit_));
  throw OutOfMemoryError(message);
}

MemoryStats CachingAllocator::stats() {
  std::lock_guard lock(mutex_);
  return {allocated_, reserved_, peak_, limit_};
}

void CachingAllocator::reset_peak() {
  std::lock_guard lock(mutex_);
  peak_ = allocated_;
}

void CachingAllocator::empty_cache() {
  std::lock_guard lock(mutex_);
  collect(true);
  release_cached();
}

void CachingAllocator::set_limit(size_t bytes) {
  std::lock_guard lock(mutex_);
  limit_ = bytes;
}

}  // namespace tenon::inline v0::detail
