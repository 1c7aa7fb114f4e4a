#include <algorithm>
#include <utility>

#include "tenon/core/cuda/kept_words.h"

namespace tenon::inline v0::cuda_backend {

namespace {

/// What fits into the 32764 bytes of a launch's arguments, besides a pointer and a count.
constexpr size_t piece_words = 4080;
constexpr size_t most_tables = 32, most_words = size_t{1} << 21;
constexpr int threads = 256;

struct Piece {
  int32_t count;
  uint64_t words[piece_words];
};

__global__ void __launch_bounds__(threads) write_words(const __grid_constant__ Piece piece, uint64_t* to) {
  const int32_t i = static_cast<int32_t>(blockIdx.x * threads + threadIdx.x);
  if (i < piece.count) to[i] = piece.words[i];
}

struct Table {
  void* stream;
  std::vector<uint64_t> words;
  uint64_t* memory;
};

/// Never destroyed: no CUDA is called while the process ends.
struct OfDevice {
  std::mutex mutex;
  std::vector<Table> tables;  // the last used one is the last
  size_t words = 0;           // of all of them
  std::mutex counters_mutex;  // of its own: one may be asked for while a table is held
  std::vector<std::pair<void*, uint32_t*>> counters;
};

OfDevice& of_device(int32_t device) {
  static OfDevice* const all = new OfDevice[128];  // a Device's index is less
  return all[device];
}

Status write(const std::vector<uint64_t>& words, uint64_t* to, const Launch& launch) {
  for (size_t begin = 0; begin < words.size(); begin += piece_words) {
    Piece piece;
    piece.count = static_cast<int32_t>(std::min(piece_words, words.size() - begin));
    std::copy_n(words.begin() + static_cast<ptrdiff_t>(begin), piece.count, piece.words);
    write_words<<<(piece.count + threads - 1) / threads, threads, 0, stream_of(launch)>>>(piece, to + begin);
  }
  return launched();
}

/// Makes room for so many words more.
void give_up_old(OfDevice& kept, size_t words, const Launch& launch) {
  while (!kept.tables.empty() && (kept.tables.size() >= most_tables || kept.words + words > most_words)) {
    kept.words -= kept.tables.front().words.size();
    launch.services->release(launch, kept.tables.front().memory);
    kept.tables.erase(kept.tables.begin());
  }
}

}  // namespace

KeptWords::KeptWords(const Launch& launch, std::vector<uint64_t> words) {
  OfDevice& kept = of_device(launch.device);
  lock_ = std::unique_lock(kept.mutex);
  const auto same = [&](const Table& table) { return table.stream == launch.stream && table.words == words; };
  const auto found = std::find_if(kept.tables.begin(), kept.tables.end(), same);
  if (found != kept.tables.end()) {
    std::rotate(found, found + 1, kept.tables.end());
    data_ = kept.tables.back().memory;
    return;
  }
  give_up_old(kept, words.size(), launch);
  kept.tables.reserve(most_tables);  // from here on nothing throws
  auto* memory = static_cast<uint64_t*>(launch.services->workspace(launch, words.size() * sizeof(uint64_t)));
  if (!memory) {
    status_ = no_memory;
    return;
  }
  status_ = write(words, memory, launch);
  if (status_.code != StatusCode::ok) {
    launch.services->release(launch, memory);
    return;
  }
  kept.words += words.size();
  kept.tables.push_back({launch.stream, std::move(words), memory});
  data_ = memory;
}

uint32_t* counter_of(const Launch& launch) {
  OfDevice& kept = of_device(launch.device);
  const std::lock_guard lock(kept.counters_mutex);
  for (const auto& [stream, counter] : kept.counters) {
    if (stream == launch.stream) return counter;
  }
  kept.counters.reserve(kept.counters.size() + 1);
  void* memory = launch.services->workspace(launch, sizeof(uint32_t));
  if (!memory) return nullptr;
  if (cudaMemsetAsync(memory, 0, sizeof(uint32_t), stream_of(launch)) != cudaSuccess) {
    cudaGetLastError();
    launch.services->release(launch, memory);
    return nullptr;
  }
  kept.counters.emplace_back(launch.stream, static_cast<uint32_t*>(memory));
  return kept.counters.back().second;
}

}  // namespace tenon::inline v0::cuda_backend
