#pragma once
#include <cstddef>
#include <map>

namespace tenon::testing {

/// A fake device's memory: closed to everybody, but while it is open.
class FakeArena {
 public:
  FakeArena();
  FakeArena(const FakeArena&) = delete;
  FakeArena& operator=(const FakeArena&) = delete;

  /// Null when there is no room.
  void* allocate(size_t bytes);
  void release(void* memory);
  /// Whether the address lies in memory that was allocated and not released.
  bool is_live(const void* address) const;
  size_t capacity() const { return capacity_; }
  size_t used() const;
  void set_capacity(size_t bytes) { capacity_ = bytes; }

  /// Writes 0xff over the head of a block: enough to show a mistake.
  void spoil(void* memory, size_t bytes) const;
  void open() const;
  void close() const;

 private:
  static constexpr size_t size = size_t{256} << 20;
  char* begin_;
  size_t capacity_ = size;
  std::map<size_t, size_t> live_;  ///< offset and bytes, whole pages
};

}  // namespace tenon::testing
