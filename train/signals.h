#pragma once

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {
namespace train {

/// While one of these lives, Ctrl-C (SIGINT) and SIGTERM ask for an end and do not end the program; a second one ends
/// it at once. What was set before is restored. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that came (SIGINT, SIGTERM), 0 if none did. A load of one word: cheap enough to ask every step.
  int requested() const;
};

}  // namespace train
}  // namespace v0
}  // namespace tenon
