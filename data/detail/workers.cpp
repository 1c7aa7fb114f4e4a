#include "tenon/data/detail/workers.h"

#include <utility>

#include <omp.h>
#include <sched.h>

#include "tenon/core/determinism.h"

namespace tenon::inline v0::data::detail {

namespace {

/// A thread inherits the affinity of the one that makes it. Where OpenMP has bound that to one core, the workers would
/// all share it: they get every core that OpenMP has places on.
void unbind() {
  if (omp_get_proc_bind() == omp_proc_bind_false) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int place = 0; place < omp_get_num_places(); ++place) {
    std::vector<int> ids(static_cast<size_t>(omp_get_place_num_procs(place)));
    if (ids.empty()) continue;
    omp_get_place_proc_ids(place, ids.data());
    for (int id : ids) CPU_SET(static_cast<size_t>(id), &cores);
  }
  if (CPU_COUNT(&cores) > 0) sched_setaffinity(0, sizeof cores, &cores);
}

}  // namespace

Workers::Workers(int64_t threads, int64_t ahead) : slots_(static_cast<size_t>(ahead)) {
  try {
    for (int64_t i = 0; i < threads; ++i) threads_.emplace_back(&Workers::run, this);
  } catch (...) {
    stop();
    throw;
  }
}

Workers::~Workers() { stop(); }

void Workers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::start(int64_t first, int64_t last, Make make) {
  std::unique_lock lock(mutex_);
  last_ = next_;  // nothing new begins
  done_.wait(lock, [this] { return busy_ == 0; });
  for (Slot& slot : slots_) slot = {};
  make_ = std::move(make);
  next_ = taken_ = first;
  last_ = last;
  work_.notify_all();
}

Prepared Workers::take() {
  Slot taken;
  {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return slot(taken_).ready(); });
    taken = std::exchange(slot(taken_), {});
    ++taken_;
  }
  work_.notify_one();
  if (taken.error) std::rethrow_exception(std::move(taken.error));
  return std::move(*taken.batch);
}

Workers::Slot Workers::make_slot(const Make& make, int64_t number) {
  try {
    return {make(number), nullptr};
  } catch (...) {
    return {std::nullopt, std::current_exception()};
  }
}

void Workers::run() {
  tenon::detail::keep_num_threads(1);
  unbind();
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto room = static_cast<int64_t>(slots_.size());
    work_.wait(lock, [&] { return stop_ || (next_ < last_ && next_ < taken_ + room); });
    if (stop_) return;
    const int64_t number = next_++;
    ++busy_;
    lock.unlock();
    Slot made = make_slot(make_, number);  // make_ changes only when nobody is busy
    lock.lock();
    slot(number) = std::move(made);
    --busy_;
    done_.notify_one();
  }
}

}  // namespace tenon::inline v0::data::detail
