#pragma once
#include <string>

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A place on the way to the op that runs now. A module pushes one on the thread's chain for the time of its forward;
/// errors, anomaly mode and profiles read the chain. The object lives in the caller's stack frame.
class Frame {
 public:
  /// What to call the owner within the owner of the frame around it; that is null for the outermost one.
  using Name = std::string (*)(const void* owner, const void* around);

  Frame(const void* owner, Name name) noexcept;
  ~Frame();
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  /// The thread's chain as text, outermost first: `Net.features.0`. Empty outside every module.
  static std::string path();

 private:
  const void* owner_;
  Name name_;
  const Frame* parent_;
};

}  // namespace v0
}  // namespace tenon
