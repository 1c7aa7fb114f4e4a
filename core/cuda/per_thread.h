// Library handles: one a thread and device, since they must not be used by two threads at once.
#pragma once
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace tenon::inline v0::cuda_backend {

/// The thread's T for a device, made by its default constructor. When a thread ends, its Ts go to the next thread that
/// asks: none is ever destroyed, so no library is called while the process ends.
template <class T>
T& of_thread(int32_t device) {
  struct Idle {
    std::mutex mutex;
    std::vector<std::pair<int32_t, T*>> list;
  };
  static Idle& idle = *new Idle;
  struct Held {
    std::vector<std::pair<int32_t, T*>> list;
    ~Held() {
      const std::lock_guard lock(idle.mutex);
      idle.list.insert(idle.list.end(), list.begin(), list.end());
    }
  };
  thread_local Held held;
  for (const auto& [of, found] : held.list) {
    if (of == device) return *found;
  }
  const std::lock_guard lock(idle.mutex);
  for (auto& entry : idle.list) {
    if (entry.first != device) continue;
    held.list.push_back(entry);
    entry = idle.list.back();
    idle.list.pop_back();
    return *held.list.back().second;
  }
  return *held.list.emplace_back(device, new T).second;
}

}  // namespace tenon::inline v0::cuda_backend
