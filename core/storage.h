#pragma once
#include <cstddef>
#include <cstdint>

#include "tenon/core/device.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

namespace detail {

/// The counted owner of one block of memory. On the CPU the data follows it in the same block. One cache line.
struct alignas(64) Storage {
  int32_t count = 1;
  uint32_t version = 0;  ///< in-place writes so far
  void* data = nullptr;
  size_t bytes = 0;
  const char* last_writer = nullptr;  ///< the op of the last in-place write: a literal
  void (*release)(void*) = nullptr;   ///< gives outside memory back; null: the allocator's
  void* owner = nullptr;              ///< release's argument
  uint16_t block_class = 0;           ///< of the block that this header lies in
  Device device;
  bool read_only = false;
  bool pinned = false;  ///< host memory that devices read and write by themselves
};
static_assert(sizeof(Storage) == 64);

inline void retain(int32_t& count) { __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED); }
/// True when that was the last one. A count of 1 means that nobody else can be adding: no locked instruction.
inline bool release(int32_t& count) {
  if (__atomic_load_n(&count, __ATOMIC_ACQUIRE) == 1) return true;
  return __atomic_fetch_sub(&count, 1, __ATOMIC_ACQ_REL) == 1;
}
inline uint32_t version_of(const Storage& s) { return __atomic_load_n(&s.version, __ATOMIC_RELAXED); }
/// Marks an in-place write by `op`. Throws ReadOnlyError.
void mark_write(Storage& storage, const char* op);
void free_storage(Storage* storage);

/// A counted handle of a Storage.
class StoragePtr {
 public:
  StoragePtr() = default;
  explicit StoragePtr(Storage* taken) : storage_(taken) {}
  StoragePtr(const StoragePtr& o) : storage_(o.storage_) {
    if (storage_) retain(storage_->count);
  }
  StoragePtr(StoragePtr&& o) noexcept : storage_(o.storage_) { o.storage_ = nullptr; }
  StoragePtr& operator=(StoragePtr o) noexcept {
    Storage* old = storage_;
    storage_ = o.storage_;
    o.storage_ = old;
    return *this;
  }
  ~StoragePtr() {
    if (storage_ && release(storage_->count)) free_storage(storage_);
  }
  Storage* get() const { return storage_; }
  Storage* operator->() const { return storage_; }
  explicit operator bool() const { return storage_; }

 private:
  Storage* storage_ = nullptr;
};

}  // namespace detail
}  // namespace v0
}  // namespace tenon
