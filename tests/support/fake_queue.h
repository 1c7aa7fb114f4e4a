// The queues of the fake device.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "tenon/core/backend.h"
#include "tenon/tests/support/fake_arena.h"

namespace tenon::testing {

/// Prints why and ends the process.
[[noreturn]] void fake_failure(const std::string& why);

inline constexpr Status fake_fault{StatusCode::device_fault, "illegal address"};

/// Everything that the fake devices know. Behind one lock.
class FakeQueues {
 public:
  static constexpr int devices = 2;
  /// A count of the recordings that were asked for, and of those that their stream has passed.
  struct Event {
    int64_t recorded = 0, passed = 0;
  };
  using EventPtr = std::shared_ptr<Event>;

  static FakeQueues& get();

  std::recursive_mutex mutex;
  FakeArena arenas[devices];
  std::mt19937_64 random{0};
  int64_t waits = 0;  ///< how often the host had to wait

  /// The device meets a fault at a call from now on: 0 is the next. Negative: at none, and the device works again.
  void fault_after(int device, int64_t calls);
  bool is_lost(int device) const { return lost_[device]; }
  /// Counts a call. Whether it meets the fault, or met one before.
  bool faults(int device);
  /// Counts a call that puts work on a queue: the work, which meets the fault, if this call does, when its turn comes.
  /// On a device that is lost nothing happens in its turn.
  std::function<void()> may_fault(int device, std::function<void()> work);

  void push(int device, void* stream, std::function<void()> work);
  void push_wait(int device, void* stream, const EventPtr& event);
  /// Runs calls of any stream until the condition holds; the order between streams is random.
  void run_until(const std::function<bool()>& condition);
  /// Runs one call, if there is one that need not wait.
  bool step();
  bool empty(int device, void* stream);
  bool empty(int device);
  int64_t size() const;
  /// A kernel's answer, kept until the host waits for the device.
  void report(int device, const Status& status);
  Status take_report(int device);

 private:
  struct Call {
    std::function<void()> work;
    EventPtr event;  ///< waits until it has passed `target`
    int64_t target = 0;
  };
  std::map<std::pair<int, void*>, std::deque<Call>> queues_;
  bool is_due(int device) { return calls_left_[device] >= 0 && calls_left_[device]-- == 0; }

  int64_t calls_left_[devices] = {-1, -1};
  bool lost_[devices] = {};
  Status reports_[devices];
  std::string texts_[devices];
};

}  // namespace tenon::testing
