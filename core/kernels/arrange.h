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

/// out[n, i, j, c] = x[n, places[n, 0] + i, places[n, 1] + j, c], or 0 where x has no such pixel; where places[n, 2] is
/// not 0, the columns j are counted from the other end. x and out are 4-d, out and places (int64 [N, 3]) row-major.
using CropFlipKernel = Status(const View& out, const View& x, const View& places, const Launch&);

struct ArrangeKernels {
  Slot<TriangleKernel> tril{"tril"}, triu{"triu"};
  Slot<CropFlipKernel> crop_flip{"crop_flip"};
};

}  // namespace v0
}  // namespace tenon
