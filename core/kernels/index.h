#pragma once
#include "tenon/core/kernels/axis.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// Indices are int64 and run from 0. One out of range is reported by data_fault and skipped.
/// out[o, j, i] = x[o, index[j], i], where the AxisLoop is that of x and all are row-major.
using IndexSelectKernel = Status(const View& out, const View& x, const View& index, const AxisLoop&, const Launch&);
/// out[o, index[j], i] += source[o, j, i], where the AxisLoop is that of out; each element of out in the order of j.
using IndexAddKernel = Status(const View& out, const View& source, const View& index, const AxisLoop&, const Launch&);

/// The axis that an index points along, beside the Loop over all the others.
struct IndexedAxis {
  int64_t count;       ///< how many indices there are along it
  int64_t size;        ///< what they must be below
  int64_t strides[3];  ///< of the loop's operands along it
};
/// Gather: operands out, x, index: out[j] = x[index[j]] along the axis. Scatter: operands out, source, index:
/// out[index[j]] += source[j], each element of out in the order of j.
using IndexedKernel = Status(const Loop&, const IndexedAxis&, const Launch&);

/// Positions of the true elements of a row-major mask, in C order: out is int64 [how many, dimensions of the mask].
using NonzeroKernel = Status(const View& out, const View& mask, const Launch&);

struct IndexKernels {
  Slot<IndexSelectKernel> index_select{"index_select"}, embedding{"embedding"};
  Slot<IndexAddKernel> index_add{"index_add", numeric};
  Slot<IndexedKernel> gather{"gather"}, scatter_add{"scatter_add", numeric}, one_hot{"one_hot", dtypes(int64)};
  Slot<NonzeroKernel> nonzero{"nonzero", dtypes(bool_)};
};

}  // namespace v0
}  // namespace tenon
