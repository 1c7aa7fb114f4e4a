// Internal: oneDNN behind one header of ours. A primitive is made once a thread for each set of shapes, strides, dtype
// and thread count, together with the memory objects of its arguments; a call only sets their addresses.
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "tenon/core/cpu/workspace.h"
#include "tenon/core/kernels/fused.h"
#include "tenon/core/kernels/launch.h"
#include "tenon/core/kernels/view.h"

namespace tenon::inline v0::onednn {

using cpu_level::no_workspace;
using cpu_level::Workspace;

const dnnl::engine& engine();

/// float32 or bfloat16 as oneDNN calls them.
inline dnnl::memory::data_type type_of(DType dtype) {
  return dtype == bfloat16 ? dnnl::memory::data_type::bf16 : dnnl::memory::data_type::f32;
}
/// How many threads a primitive made now would use: one inside a parallel region.
int threads();

/// Everything that tells one primitive from another: numbers in an order of its maker's.
class Key {
 public:
  explicit Key(std::initializer_list<int64_t> words) {
    for (int64_t word : words) add(word);
  }
  void add(int64_t word) {
    words_[count_++] = word;
    hash_ = (hash_ ^ static_cast<uint64_t>(word)) * 0x9e3779b97f4a7c15u;
    hash_ ^= hash_ >> 29;
  }
  void add(std::span<const int64_t> words) {
    for (int64_t word : words) add(word);
  }
  struct Hash {
    size_t operator()(const Key& key) const { return key.hash_; }
  };
  friend bool operator==(const Key& a, const Key& b) {
    return a.count_ == b.count_ && std::equal(a.words_, a.words_ + a.count_, b.words_);
  }

 private:
  int64_t words_[40];
  int count_ = 0;
  uint64_t hash_ = 0;
};

/// A primitive that is ready to run. An empty one stands for shapes that oneDNN does not take.
class Call {
 public:
  struct Argument {
    int index;  // DNNL_ARG_...
    dnnl::memory::desc desc;
  };

  Call() = default;
  template <class Desc>
  Call(const Desc& desc, std::initializer_list<Argument> arguments) : Call(desc, std::span(arguments)) {}
  template <class Desc>
  Call(const Desc& desc, std::span<const Argument> arguments) : primitive_(desc.get()) {
    for (const Argument& a : arguments) add(a.index, a.desc);
    scratch_bytes_ = desc.scratchpad_desc().get_size();
    if (scratch_bytes_) add(DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc());
  }

  explicit operator bool() const { return static_cast<bool>(primitive_); }
  /// `data`: one address an argument, in the order of their making.
  Status run(const Launch& launch, std::initializer_list<void*> data) const;

 private:
  void add(int index, const dnnl::memory::desc& desc) {
    memories_.push_back(dnnl::memory(desc, engine(), DNNL_MEMORY_NONE));
    arguments_.push_back({index, memories_.back().get()});
  }

  dnnl::primitive primitive_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
  size_t scratch_bytes_ = 0;
};

/// Attributes of every primitive: the scratchpad comes from the thread's cache of blocks.
dnnl::primitive_attr attributes();

/// The most entries of a kind that a thread keeps, and primitives that oneDNN keeps besides. Code of its own makes one
/// take 150 KB or so: networks need some dozens, and shapes that never end must not fill the memory.
constexpr size_t most_entries = 256;

/// The thread's entry of this key: `make` makes it the first time. One that oneDNN refuses stays empty, as Entry().
template <class Entry, class Make>
const Entry& cached(const Key& key, const Make& make) {
  // Behind a pointer: a program that opens the library late has 512 bytes left for all thread-local data.
  thread_local const auto kept = std::make_unique<std::unordered_map<Key, Entry, Key::Hash>>();
  auto& entries = *kept;
  if (const auto found = entries.find(key); found != entries.end()) return found->second;
  if (entries.size() >= most_entries) entries.clear();
  Entry entry;
  try {
    entry = make();
  } catch (const dnnl::error&) {
    // Not for this processor, or not at all.
  }
  return entries.emplace(key, std::move(entry)).first->second;
}

/// Makes primitives that run on one thread while it lives.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;

 private:
  int before_;
};

/// Calls f(first, count) for pieces of [0, n), each on one thread, several threads at once. What a piece computes
/// depends on the sizes only: so results do not depend on the number of threads. Returns the first status that is not
/// ok.
template <class F>
Status in_slices(int64_t n, int64_t slice, const F& f) {
  const int64_t slices = (n + slice - 1) / slice;
  Status result;
  const auto run = [&](int64_t s) {
    const OneThread guard;
    const int64_t first = s * slice;
    const Status status = f(first, std::min(slice, n - first));
    if (status.code == StatusCode::ok) return;
#pragma omp critical(tenon_slices)
    result = status;
  };
  if (slices == 1 || threads() == 1) {
    for (int64_t s = 0; s < slices; ++s) run(s);
  } else {
#pragma omp parallel for schedule(static)
    for (int64_t s = 0; s < slices; ++s) run(s);
  }
  return result;
}

/// The activation over the whole of a dense `out`. Not fused into primitives: oneDNN's relu makes 0 of nan.
Status activate(const View& out, Activation activation, const Launch& launch);
/// Whether oneDNN multiplies bfloat16 on this processor other than element by element.
bool multiplies_bfloat16();
/// Copies `from` to `to`, of the same shape, which may have another dtype.
Status convert(const View& to, const View& from, const Launch& launch);

}  // namespace tenon::inline v0::onednn
