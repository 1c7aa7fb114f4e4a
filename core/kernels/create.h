#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// An arithmetic sequence: element i is start + i * step, counted from `end` backwards in the second half of a sequence
/// that names its end. Integers are computed in `integer_start` and `integer_step`.
struct Sequence {
  double start = 0, step = 1, end = 0;
  bool has_end = false;
  int64_t integer_start = 0, integer_step = 1;
};

struct CreateKernels {
  /// `out` is row-major.
  Slot<Status(const View& out, const Sequence& sequence, const Launch&)> sequence{"arange", numeric};
};

}  // namespace v0
}  // namespace tenon
