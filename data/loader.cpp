#include "tenon/data/loader.h"

#include <algorithm>
#include <numeric>

#include "tenon/core/check.h"
#include "tenon/core/memory.h"
#include "tenon/data/detail/collate.h"
#include "tenon/data/detail/workers.h"

namespace tenon::inline v0::data {

namespace {

/// The order in which an epoch takes the samples.
std::vector<int64_t> epoch_order(int64_t size, int64_t epoch, const LoaderOptions& options) {
  std::vector<int64_t> order(static_cast<size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  if (!options.shuffle) return order;
  Draw draw(options.seed, epoch, -1);  // no sample has this index
  for (int64_t i = size - 1; i > 0; --i)
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(draw.below(i + 1))]);
  return order;
}

/// A batch on the way to a device. What the set keeps there already is computed on the same stream.
detail::Prepared prepare(const Dataset& set, std::span<const int64_t> indices, std::span<const Draw> draws,
                         const Stream& stream) {
  const Device device = stream.device();
  const StreamScope scope(stream);
  const detail::PinnedBatches pinned(device);
  detail::Prepared there;
  for (const auto& [name, array] : set.batch(indices, draws)) {
    there.batch.set(name, array.device().is_cpu() ? pin_memory(array, device).to(device, {.async = true}) : array);
  }
  there.uploaded.emplace(stream);
  return there;
}

}  // namespace

Loader::Loader(DatasetPtr set, const LoaderOptions& options) : set_(std::move(set)), options_(options) {
  TENON_CHECK(set_, ValueError, "loader: there is no data set");
  TENON_CHECK(options_.batch_size >= 1, ValueError, "loader: batch_size must be positive, got ", options_.batch_size);
  TENON_CHECK(options_.workers >= 0, ValueError, "loader: negative number of workers: ", options_.workers);
  TENON_CHECK(options_.workers <= most_workers, ValueError, "loader: at most ", most_workers, " workers, got ",
              options_.workers);
  TENON_CHECK(options_.prefetch >= 1, ValueError, "loader: prefetch must be positive, got ", options_.prefetch);
  const Device device = options_.device.is_cpu() ? set_->device() : options_.device;
  if (!device.is_cpu()) uploads_.emplace(device);
  // More would have nothing to do.
  const int64_t workers = std::min(options_.workers, batches());
  if (workers > 0) workers_ = std::make_unique<detail::Workers>(workers, workers * options_.prefetch);
}

Loader::~Loader() = default;

int64_t Loader::batches() const {
  const int64_t full = set_->size() / options_.batch_size;
  return options_.drop_last || set_->size() % options_.batch_size == 0 ? full : full + 1;
}

void Loader::seek(const LoaderPosition& position) {
  TENON_CHECK(position.epoch >= 0 && position.batch >= 0 && position.batch <= batches(), IndexError,
              "loader: there is no batch ", position.batch, " of epoch ", position.epoch, "; an epoch has ", batches());
  position_ = position;
  end_epoch();
}

void Loader::end_epoch() {
  make_ = nullptr;
  ahead_ = nullptr;
}

void Loader::start_epoch() {
  make_ = [set = set_, order = epoch_order(set_->size(), position_.epoch, options_), epoch = position_.epoch,
           options = options_, uploads = uploads_](int64_t batch) -> detail::Prepared {
    const std::span all(order);
    const auto begin = static_cast<size_t>(batch * options.batch_size);
    const auto indices = all.subspan(begin, std::min(static_cast<size_t>(options.batch_size), all.size() - begin));
    std::vector<Draw> draws;
    draws.reserve(indices.size());
    for (int64_t i : indices) draws.emplace_back(options.seed, epoch, i);
    return uploads ? prepare(*set, indices, draws, *uploads) : detail::Prepared{set->batch(indices, draws)};
  };
  if (workers_) workers_->start(position_.batch, batches(), make_);
}

/// The batch at the position. Without workers, the upload of the one behind it begins before this one is handed out.
detail::Prepared Loader::take() {
  if (workers_) return workers_->take();
  detail::Prepared taken = ahead_ ? std::move(*ahead_) : make_(position_.batch);
  ahead_ = nullptr;
  if (uploads_ && position_.batch + 1 < batches()) {
    try {
      ahead_ = std::make_unique<detail::Prepared>(make_(position_.batch + 1));
    } catch (...) {
      // Whoever asks for that batch has it made again, and is told.
    }
  }
  return taken;
}

std::optional<Sample> Loader::next() {
  if (position_.batch >= batches()) {
    position_ = {position_.epoch + 1, 0};
    end_epoch();
    return std::nullopt;
  }
  if (!make_) start_epoch();
  try {
    detail::Prepared next = take();
    if (uploads_) current_stream(uploads_->device()).wait(*next.uploaded);
    ++position_.batch;
    return std::move(next.batch);
  } catch (...) {
    end_epoch();
    throw;
  }
}

}  // namespace tenon::inline v0::data
