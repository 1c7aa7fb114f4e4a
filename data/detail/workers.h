// Threads that make numbered things ahead of the one who takes them in order.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tenon/core/streams.h"
#include "tenon/data/dataset.h"

namespace tenon::inline v0::data::detail {

/// A batch and, where it was sent to a device, the event behind which it is there.
struct Prepared {
  Sample batch;
  std::optional<Event> uploaded{};
};

class Workers {
 public:
  using Make = std::function<Prepared(int64_t)>;

  /// At most `ahead` batches are made, or being made, and not yet taken.
  Workers(int64_t threads, int64_t ahead);
  /// Waits for the batches that are being made, and for no others.
  ~Workers();

  /// From now on makes the batches `first` to `last`, not included. What was made before and not taken is dropped.
  void start(int64_t first, int64_t last, Make make);
  /// The next batch. Throws what `make` threw for it.
  Prepared take();

 private:
  struct Slot {
    std::optional<Prepared> batch;
    std::exception_ptr error;
    bool ready() const { return batch || error; }
  };

  void run();
  static Slot make_slot(const Make& make, int64_t number);
  void stop();
  Slot& slot(int64_t number) { return slots_[static_cast<size_t>(number) % slots_.size()]; }

  std::mutex mutex_;
  std::condition_variable work_, done_;
  Make make_;
  std::vector<Slot> slots_;
  int64_t next_ = 0, last_ = 0, taken_ = 0;  ///< to be made next, behind the last to be made, to be taken next
  int64_t busy_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace tenon::inline v0::data::detail
