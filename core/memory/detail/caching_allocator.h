// Internal: the one caching allocator, over a backend's raw calls.
#pragma once
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "tenon/core/backend.h"
#include "tenon/core/memory.h"

namespace tenon::inline v0::detail {

/// Keeps what is given back. Memory comes from the source in segments, which are split into blocks; free neighbours are
/// joined again. A segment belongs to the stream that it was taken on: there a block can be used again at once, since a
/// stream runs in order. A block that further streams used (`note_use`) is free only when an event, recorded on each of
/// them when it was given back, has passed.
class CachingAllocator {
 public:
  enum class Kind { device, pinned };

  /// `functions` outlive the allocator.
  CachingAllocator(Device device, const DeviceFunctions& functions, Kind kind = Kind::device)
      : device_(device), functions_(functions), kind_(kind) {}
  CachingAllocator(const CachingAllocator&) = delete;
  CachingAllocator& operator=(const CachingAllocator&) = delete;

  /// Throws OutOfMemoryError, after everything cached was given back to the source.
  void* take(size_t bytes, void* stream);
  /// Gives back what `take` returned.
  void give(void* address) noexcept;
  /// Whether the address lies in a block that is in use.
  bool holds(const void* address);
  /// Tells that a stream uses the block in which the address lies, if there is one.
  void note_use(const void* address, int32_t device, void* stream);

  MemoryStats stats();
  void reset_peak();
  void empty_cache();
  void set_limit(size_t bytes);

 private:
  struct Block;
  struct BySize {
    bool operator()(const Block* a, const Block* b) const;
  };
  /// The free blocks of one stream, small or large: they come from segments of their own.
  struct FreeList {
    void* stream;
    size_t least_rest;  ///< what is worth a block of its own when one is split
    std::set<Block*, BySize> blocks;
  };
  /// A stream that uses a block besides its own.
  struct Use {
    int32_t device;
    void* stream;
    void* event;
  };
  struct Block {
    char* data;
    size_t bytes;
    FreeList* list = nullptr;
    bool free = false;
    Block *before = nullptr, *after = nullptr;  ///< neighbours in the segment
    std::vector<Use> uses{};
  };

  FreeList& list_for(size_t bytes, void* stream);
  Block* find(const void* address);
  Block* take_cached(size_t bytes, FreeList& list);
  Block* take_segment(size_t segment, size_t bytes, FreeList& list);
  Block* hand_out(Block* block, size_t bytes);
  void keep(Block* block);
  void absorb_next(Block* block);
  bool record_events(Block* block);
  bool events_passed(Block* block, bool wait);
  void collect(bool wait);
  void release_cached();
  void release_memory(void* memory);
  bool succeeds(Status status, int32_t device) noexcept;
  [[noreturn]] void throw_out_of_memory(size_t bytes);

  const Device device_;
  const DeviceFunctions& functions_;
  const Kind kind_;
  std::mutex mutex_;
  std::map<std::pair<bool, void*>, FreeList> lists_;
  std::map<const char*, Block> blocks_;  ///< all of them, by address
  std::vector<Block*> pending_;          ///< given back, but an event has not passed
  size_t allocated_ = 0, reserved_ = 0, peak_ = 0, limit_ = 0;
};

}  // namespace tenon::inline v0::detail
