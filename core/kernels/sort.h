#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Rows of `size` elements are ordered, and the first `count` of each are written: x is [rows, size], values and
/// indices (int64) are [rows, count], all row-major. Equal elements keep their order; nan counts as larger than
/// everything.
struct SortOptions {
  int64_t rows, size, count;
  bool descending;
};
using SortKernel = Status(const View& values, const View& indices, const View& x, const SortOptions&, const Launch&);

struct SortKernels {
  Slot<SortKernel> sort{"sort"}, topk{"topk", numeric};
};

}  // namespace v0
}  // namespace tenon
