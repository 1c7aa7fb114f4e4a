// Part of the contract of a backend: header-only, without state, understood by nvcc.
#pragma once
#include "tenon/core/kernels/slot.h"

namespace tenon {
inline namespace [[gnu::visibility("default")]] v0 {

/// A row-major array seen along one axis, as [outer, n, inner].
struct AxisLoop {
  int64_t outer, n, inner;
};
/// Works along an axis of `x`; both arrays are row-major.
using AxisKernel = Status(const View& out, const View& x, const AxisLoop&, const Launch&);

}  // namespace v0
}  // namespace tenon
