#pragma once
#include "tenon/core/error.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// The first nan, or infinity, that anomaly mode met.
struct AnomalyError : Error {
  using Error::Error;
};

struct AnomalyOptions {
  bool on = true;
  bool infinities = false;  ///< look for them too; often they are meant, as in a mask
};

/// While it lives, every op of the thread looks for nan in what it computes, forward and backward, and throws
/// AnomalyError at the first: `Net.head: log: the result has nan`. A nan in a gradient names the op, and the module
/// whose forward recorded it, if the graph was recorded in anomaly mode. Slow: for finding out, not for training.
class AnomalyMode {
 public:
  explicit AnomalyMode(bool on = true) : AnomalyMode(AnomalyOptions{.on = on}) {}
  explicit AnomalyMode(const AnomalyOptions& options);
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;

 private:
  AnomalyOptions before_;
};

}  // namespace v0
}  // namespace tenon
