#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Row-major matrices [batch, rows, columns]: row r keeps the columns up to r + diagonal (tril) or from there on
/// (triu), the rest is 0.
struct TriangleOptions {
  int64_t batch, rows, columns, diagonal;
};
using TriangleKernel = Status(const View& out, const View& x, const TriangleOptions&, const Launch&);

struct ArrangeKernels {
  Slot<TriangleKernel> tril{"tril"}, triu{"triu"};
};

}  // namespace v0
}  // namespace tenon
