// What a cached plan of a library is found by.
#pragma once
#include <algorithm>
#include <cstdint>
#include <initializer_list>

namespace tenon::inline v0::cuda_backend {

/// Everything that tells one plan from another: numbers in an order of its maker's.
class Key {
 public:
  Key(std::initializer_list<int64_t> words) {
    for (int64_t word : words) add(word);
  }
  void add(int64_t word) {
    words_[count_++] = word;
    hash_ = (hash_ ^ static_cast<uint64_t>(word)) * 0x9e3779b97f4a7c15u;
    hash_ ^= hash_ >> 29;
  }
  struct Hash {
    size_t operator()(const Key& key) const { return key.hash_; }
  };
  friend bool operator==(const Key& a, const Key& b) {
    return a.count_ == b.count_ && std::equal(a.words_, a.words_ + a.count_, b.words_);
  }

 private:
  int64_t words_[32];
  int count_ = 0;
  uint64_t hash_ = 0;
};

/// The largest power of two, up to `most`, that divides every address.
template <class... P>
int64_t alignment_of(int64_t most, const P*... pointers) {
  const uint64_t bits = (... | reinterpret_cast<uint64_t>(pointers)) | static_cast<uint64_t>(most);
  return static_cast<int64_t>(bits & -bits);
}

}  // namespace tenon::inline v0::cuda_backend
