#pragma once
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>

#include "tenon/core/streams.h"
#include "tenon/data/dataset.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace data {

namespace detail {
class Workers;
struct Prepared;
}  // namespace detail

/// More threads than anybody has use for.
inline constexpr int64_t most_workers = 1024;

struct LoaderOptions {
  int64_t batch_size = 64;
  bool shuffle = false;    ///< in an order of its own for each epoch, which depends on (seed, epoch) only
  bool drop_last = false;  ///< leaves out a last batch that is not full
  int64_t workers = 0;     ///< threads that prepare batches ahead; 0: whoever asks for a batch prepares it, or, for a
                           ///< device, the one behind it
  int64_t prefetch = 2;    ///< how many batches ahead, for each worker
  uint64_t seed = 0;
  Device device = cpu;  ///< where the batches are wanted: whoever prepares one also begins its upload. What a set keeps
                        ///< on a device is not moved
};

/// The batch that comes next. `batch` is the number of batches once all of the epoch are taken.
struct LoaderPosition {
  int64_t epoch = 0, batch = 0;
  friend bool operator==(const LoaderPosition&, const LoaderPosition&) = default;
};

/// Batches of a data set, epoch after epoch. They depend on the data set, the seed and the position only: not on the
/// number of workers, nor on what was loaded before.
///
///     data::Loader loader(set, {.batch_size = 64, .shuffle = true, .workers = 2});
///     for (int epoch = 0; epoch < 10; ++epoch) {
///       for (const data::Sample& batch : loader) step(batch["input"], batch["target"]);
///     }
///
/// A loop takes what is left of the epoch. What the data set throws in a worker is thrown where the batch is taken;
/// asked again, the loader tries that batch again. Kernels that a worker calls run on one thread. A loader is used by
/// one thread.
///
/// For a device, batches are gathered into pinned memory and uploaded on a stream of the loader's own, one or more
/// ahead of the one that is handed out, within an epoch. The thread's current stream waits for the one that is handed
/// out; the thread does not.
class Loader {
 public:
  /// Throws ValueError for a batch size or prefetch below 1, a negative number of workers, or more than 1024.
  explicit Loader(DatasetPtr set, const LoaderOptions& options = {});
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  const DatasetPtr& dataset() const { return set_; }
  /// The number of batches in an epoch.
  int64_t batches() const;
  LoaderPosition position() const { return position_; }
  /// Goes on from there. Throws IndexError for an epoch or batch that cannot be.
  void seek(const LoaderPosition& position);
  /// The next batch of the epoch; none at its end, and from then on the next epoch's.
  std::optional<Sample> next();

  /// One pass over what is left of the epoch.
  class Iterator {
   public:
    using value_type = Sample;
    using difference_type = std::ptrdiff_t;

    explicit Iterator(Loader& loader) : loader_(&loader), batch_(loader.next()) {}
    const Sample& operator*() const { return *batch_; }
    const Sample* operator->() const { return &*batch_; }
    Iterator& operator++() {
      batch_.reset();  // its memory serves the next one
      batch_ = loader_->next();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.batch_; }

   private:
    Loader* loader_;
    std::optional<Sample> batch_;
  };
  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  void start_epoch();
  void end_epoch();
  detail::Prepared take();

  DatasetPtr set_;
  LoaderOptions options_;
  LoaderPosition position_;
  std::optional<Stream> uploads_;  ///< none: the batches stay on the CPU
  /// A batch of the epoch by its number; empty until the epoch begins.
  std::function<detail::Prepared(int64_t)> make_;
  std::unique_ptr<detail::Workers> workers_;
  std::unique_ptr<detail::Prepared> ahead_;  ///< the next batch, where there are no workers and it goes to a device
};

}  // namespace data
}  // namespace v0
}  // namespace tenon
